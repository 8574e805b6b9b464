/** Sends raw bytes to the HTTP port and reads until the other side closes. */
import { connect } from 'node:net';

const LIMIT_MS = 20_000;

/** The status of the answer; 0 when the connection was closed without one, or nothing came within 20 s. */
export function sendWeb(url: string, bytes: Buffer): Promise<number> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(bytes));
    const done = () => {
      socket.destroy();
      resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0));
    };
    socket.setTimeout(LIMIT_MS, done);
    socket.on('data', (chunk) => {
      if (answer.length < 16) answer += chunk.toString('latin1', 0, 16);
    });
    socket.on('end', done);
    socket.on('error', done);
    // A damaged head may leave the server waiting for the rest: then the end of what we send is the end.
    socket.on('connect', () => setTimeout(() => socket.end(), 2000).unref());
  });
}
