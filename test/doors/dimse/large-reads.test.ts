import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { freeChunk, withLargeReads } from '../../../src/doors/dimse/large-reads.ts';

let server: Server;

afterEach(() => server.close());

/** A connection that came in, read in large pieces, and the other end of it. */
async function connected(): Promise<{ incoming: Socket; peer: Socket }> {
  server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const peer = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [[socket]] = await Promise.all([once(server, 'connection') as Promise<[Socket]>, once(peer, 'connect')]);
  return { incoming: withLargeReads(socket), peer };
}

test('reads in pieces longer than those of Node, every byte in its place, and sees the end', async () => {
  const sent = randomBytes(8 << 20);
  const { incoming, peer } = await connected();
  const received: Buffer[] = [];
  let longest = 0;
  peer.end(sent);
  // What waits in the system's buffers is more than one piece.
  await new Promise((resolve) => setTimeout(resolve, 200));
  incoming.on('data', (chunk: Buffer) => {
    longest = Math.max(longest, chunk.length);
    received.push(Buffer.from(chunk));
    freeChunk(chunk);
  });
  await once(incoming, 'end');
  expect(Buffer.concat(received).equals(sent)).toBe(true);
  expect(longest).toBeGreaterThan(65536);
});

test('nothing comes while it is paused, and all of it afterwards', async () => {
  const sent = randomBytes(3 << 20);
  const { incoming, peer } = await connected();
  const received: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => {
    received.push(Buffer.from(chunk));
    incoming.pause();
  });
  peer.end(sent);
  await expect.poll(() => received.length).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(received).toHaveLength(1);
  const resume = setInterval(() => incoming.resume(), 1);
  await once(incoming, 'end');
  clearInterval(resume);
  expect(Buffer.concat(received).equals(sent)).toBe(true);
});

test('several connections share the memory and keep their bytes apart', async () => {
  const { incoming: a, peer: peerA } = await connected();
  const peerB = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [socket] = (await once(server, 'connection')) as [Socket];
  const b = withLargeReads(socket);
  const read = async (from: Socket, byte: number) => {
    let wrong = 0;
    let length = 0;
    from.on('data', (chunk: Buffer) => {
      length += chunk.length;
      wrong += chunk.filter((value) => value !== byte).length;
    });
    await once(from, 'end');
    return { wrong, length };
  };
  const readings = Promise.all([read(a, 1), read(b, 2)]);
  peerA.end(Buffer.alloc(1 << 20, 1));
  peerB.end(Buffer.alloc(1 << 20, 2));
  expect(await readings).toEqual(Array.from({ length: 2 }, () => ({ wrong: 0, length: 1 << 20 })));
});

test('knows its peer, answers, and tells when the peer has gone', async () => {
  const { incoming, peer } = await connected();
  expect(incoming.remoteAddress).toBe('127.0.0.1');
  incoming.resume();
  incoming.write('hello');
  const [answer] = (await once(peer, 'data')) as [Buffer];
  expect(answer.toString()).toBe('hello');
  peer.resetAndDestroy();
  const [error] = (await once(incoming, 'error')) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ECONNRESET');
});

test('a socket without a connection of its own stays as it is', () => {
  server = createServer();
  const socket = new Socket();
  expect(withLargeReads(socket)).toBe(socket);
});
