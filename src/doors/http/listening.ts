/** The web server's life: limits against slow and many connections, a clear word when the port is taken, a clean end. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ArchiveError } from '../../errors.ts';
import { ConnectionLimits } from './connection-limits.ts';

const HEADERS_MS = 10_000;
const IDLE_MS = 30_000;
/** Silence on a connection with a request under way. Uploads of any length pass as long as bytes flow. */
const SILENCE_MS = 120_000;
const MOST_CONNECTIONS = 1000;
/** How long answers under way may still take when the program stops. */
const GRACE_MS = 3000;

export interface HttpServer {
  /** @throws ArchiveError START_REFUSED when the port is taken or the address is not this computer's */
  listen(): Promise<{ port: number }>;
  close(): Promise<void>;
}

export interface Listening {
  server: Server;
  limits: ConnectionLimits;
}

export function createListener(onRequest: RequestListener): Listening {
  const server = createServer(
    {
      headersTimeout: HEADERS_MS,
      // Bodies have their own deadlines: a big upload over a slow line is no attack.
      requestTimeout: 0,
      keepAliveTimeout: IDLE_MS,
      connectionsCheckingInterval: 2000,
      maxHeaderSize: 16 << 10,
      noDelay: true,
    },
    onRequest,
  );
  server.timeout = SILENCE_MS;
  server.maxRequestsPerSocket = 0;
  return { server, limits: new ConnectionLimits(server, MOST_CONNECTIONS) };
}

export function listenOn(server: Server, host: string, port: number): Promise<{ port: number }> {
  return new Promise((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException) => reject(startRefused(host, port, error));
    server.once('error', refuse);
    server.listen(port, host, () => {
      server.removeListener('error', refuse);
      resolve({ port: (server.address() as AddressInfo).port });
    });
  });
}

/** Takes no new connections, lets answers finish for a moment, then closes what is left. */
export async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const deadline = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await closed;
  clearTimeout(deadline);
}

function startRefused(host: string, port: number, error: NodeJS.ErrnoException): ArchiveError {
  const place = `${host}:${port}`;
  const sentences: Record<string, string> = {
    EADDRINUSE:
      `웹 포트 ${place} 을(를) 다른 프로그램이 쓰고 있습니다. 그 프로그램을 끝내거나 http.port를 바꿔 주세요. / ` +
      `The web port ${place} is in use by another program. Please end it or change http.port.`,
    EACCES:
      `웹 포트 ${place} 을(를) 열 권한이 없습니다. http.port를 1024보다 크게 바꿔 주세요. / ` +
      `The web port ${place} may not be opened. Please choose an http.port above 1024.`,
    EADDRNOTAVAIL:
      `${host} 은(는) 이 컴퓨터의 주소가 아닙니다. http.host를 바꿔 주세요. / ` +
      `${host} is not an address of this computer. Please change http.host.`,
  };
  const detail = sentences[error.code ?? ''] ?? `${place}: ${error.message}`;
  return new ArchiveError('START_REFUSED', detail, { cause: error });
}
