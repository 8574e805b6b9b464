/** Sends raw bytes to the HTTP port and reads until the other side closes. */
import { connect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';

const LIMIT_MS = 20_000;

/** The status of the answer; 0 when the connection was closed without one, or nothing came within 20 s. */
export function sendWeb(url: string, bytes: Buffer, tls?: ConnectionOptions): Promise<number> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    let answer = '';
    const place = { host: hostname, port: Number(port) };
    const socket: Socket = tls ? connectTls({ ...place, ...tls }, begin) : connect(place, begin);
    function begin() {
      socket.write(bytes);
      // A damaged head may leave the server waiting for the rest: then the end of what we send is the end.
      setTimeout(() => socket.end(), 2000).unref();
    }
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
  });
}
