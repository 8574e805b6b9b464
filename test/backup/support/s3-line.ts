/** A line to a store on which requests can be watched, answered otherwise, cut short or cut off. */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** What to do with a request; undefined: pass it on. */
export type Fault =
  /** The store answers this instead. */
  | { status: number; code?: string }
  /** The answer passes, and then its body is other than it was. */
  | { body: (bytes: Buffer) => Buffer }
  /** The answer breaks off after so many bytes of its body. */
  | { cutAfter: number }
  /** The store does it, but the line breaks before its answer. */
  | 'loseAnswer'
  /** The line breaks before the request arrives. */
  | 'cut'
  /** No answer, ever. */
  | 'silence';

export interface S3Line {
  readonly url: string;
  /** `METHOD path?query` of every request so far. */
  readonly asked: string[];
  /** Asked for every request from now on. */
  fault: (method: string, path: string, count: number) => Fault | undefined;
}

export async function openS3Line(endpoint: string): Promise<S3Line> {
  const sockets = new Set<Socket>();
  const line = { url: '', asked: [] as string[], fault: (() => undefined) as S3Line['fault'] };
  const server = createServer((near, answer) => {
    const path = near.url ?? '';
    line.asked.push(`${near.method} ${path}`);
    const fault = line.fault(String(near.method), path, line.asked.length);
    void collect(near).then((body) => pass(endpoint, near, body, answer, fault));
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  line.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return line;
}

async function pass(endpoint: string, near: IncomingMessage, body: Buffer, answer: ServerResponse, fault?: Fault) {
  if (fault === 'silence') return;
  if (fault === 'cut') {
    near.socket.destroy();
    return;
  }
  if (fault && typeof fault === 'object' && 'status' in fault) {
    const { status, code } = fault;
    answer
      .writeHead(status)
      .end(code && `<?xml version="1.0"?><Error><Code>${code}</Code><Message>x</Message></Error>`);
    return;
  }
  const far = request(`${endpoint}${near.url}`, { method: near.method, headers: near.headers });
  far.on('error', () => near.socket.destroy());
  far.on('response', async (response) => {
    const bytes = await collect(response).catch(() => undefined);
    if (bytes === undefined || fault === 'loseAnswer') {
      near.socket.destroy();
      return;
    }
    const changed = fault && 'body' in fault ? fault.body(bytes) : bytes;
    const length = near.method === 'HEAD' ? response.headers['content-length'] : changed.length;
    answer.writeHead(response.statusCode ?? 500, { ...response.headers, ...(length && { 'content-length': length }) });
    if (!fault || 'body' in fault) answer.end(changed);
    else answer.write(changed.subarray(0, fault.cutAfter), () => near.socket.destroy());
  });
  far.end(body);
}

async function collect(stream: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}
