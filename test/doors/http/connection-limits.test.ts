import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConnectionLimits } from '../../../src/doors/http/connection-limits.ts';

let server: Server;
let limits: ConnectionLimits;

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.headers.authorization) limits.proved(request.socket);
    response.end('ok');
  });
  limits = new ConnectionLimits(server, 3);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function open(head = ''): Promise<{ socket: Socket; closed: () => boolean }> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  let closed = false;
  socket
    .on('error', () => undefined)
    .on('close', () => {
      closed = true;
    });
  await new Promise((resolve) => socket.once('connect', resolve));
  if (head !== '') {
    socket.write(head);
    await new Promise((resolve) => socket.once('data', resolve));
  }
  socket.resume();
  return { socket, closed: () => closed };
}

describe('too many connections', () => {
  it('cost the oldest one of a stranger its place, never that of somebody logged in', async () => {
    const staff = await open('GET / HTTP/1.1\r\nHost: a\r\nAuthorization: x\r\n\r\n');
    const strangers: Awaited<ReturnType<typeof open>>[] = [];
    for (let i = 0; i < 4; i++) strangers.push(await open());
    await expect.poll(() => strangers.map(({ closed }) => closed())).toEqual([true, true, false, false]);
    expect(staff.closed()).toBe(false);
    await expect.poll(() => limits.open).toBe(3);
  });
});
