/** The web server's life: limits against slow and many connections, a clear word when the port is taken, a clean end. */
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Certificates } from '../../certificates/certificates.ts';
import { TLS_PROFILE } from '../../certificates/tls-profile.ts';
import { ArchiveError } from '../../errors.ts';

const HEADERS_MS = 10_000;
const IDLE_MS = 30_000;
/** Silence on a connection with a request under way. Uploads of any length pass as long as bytes flow. */
const SILENCE_MS = 120_000;
/** How long answers under way may still take when the program stops. */
const GRACE_MS = 3000;

export type WebCertificates = Pick<Certificates, 'shown' | 'onRenewal'>;

const OPTIONS = {
  headersTimeout: HEADERS_MS,
  // Bodies have their own deadlines: a big upload over a slow line is no attack.
  requestTimeout: 0,
  keepAliveTimeout: IDLE_MS,
  connectionsCheckingInterval: 2000,
  maxHeaderSize: 16 << 10,
  noDelay: true,
};

export function createListener(onRequest: RequestListener): Server {
  return patient(createServer(OPTIONS, onRequest));
}

/** The same by HTTPS, with the present server certificates. */
export function createSecureListener(onRequest: RequestListener, certificates: WebCertificates): Server {
  const context = () => ({ ...certificates.shown, ...TLS_PROFILE });
  const server = createSecureServer({ ...OPTIONS, ...context(), handshakeTimeout: HEADERS_MS }, onRequest);
  certificates.onRenewal(() => server.setSecureContext(context()));
  return patient(server);
}

function patient<T extends Server>(server: T): T {
  server.timeout = SILENCE_MS;
  server.maxRequestsPerSocket = 0;
  return server;
}

export interface Place {
  readonly host: string;
  readonly port: number;
  /** What the two are called in config.json. */
  readonly hostSetting: string;
  readonly portSetting: string;
}

/**
 * @returns the port: another than the given one when that is 0
 * @throws ArchiveError START_REFUSED when the port is taken or the address is not this computer's
 */
export function listenOn(server: Server, place: Place): Promise<number> {
  return new Promise((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException) => reject(startRefused(place, error));
    server.once('error', refuse);
    server.listen(place.port, place.host, () => {
      server.removeListener('error', refuse);
      resolve((server.address() as AddressInfo).port);
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

function startRefused({ host, port, hostSetting, portSetting }: Place, error: NodeJS.ErrnoException): ArchiveError {
  const place = `${host}:${port}`;
  const sentences: Record<string, string> = {
    EADDRINUSE:
      `웹 포트 ${place} 을(를) 다른 프로그램이 쓰고 있습니다. 그 프로그램을 끝내거나 ${portSetting}를 바꿔 주세요. / ` +
      `The web port ${place} is in use by another program. Please end it or change ${portSetting}.`,
    EACCES:
      `웹 포트 ${place} 을(를) 열 권한이 없습니다. ${portSetting}를 1024보다 크게 바꿔 주세요. / ` +
      `The web port ${place} may not be opened. Please choose a ${portSetting} above 1024.`,
    EADDRNOTAVAIL:
      `${host} 은(는) 이 컴퓨터의 주소가 아닙니다. ${hostSetting}를 바꿔 주세요. / ` +
      `${host} is not an address of this computer. Please change ${hostSetting}.`,
  };
  const detail = sentences[error.code ?? ''] ?? `${place}: ${error.message}`;
  return new ArchiveError('START_REFUSED', detail, { cause: error });
}
