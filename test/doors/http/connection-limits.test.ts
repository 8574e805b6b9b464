import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issue } from '../../../src/certificates/issue.ts';
import { ConnectionLimits } from '../../../src/doors/http/connection-limits.ts';

const { authority, server: identity } = issue({
  authority: null,
  clinic: 'x',
  names: { hosts: ['localhost'], addresses: ['127.0.0.1'] },
  now: Date.now(),
});

describe.each(['http', 'https'])('too many connections by %s', (scheme) => {
  let server: Server;
  let limits: ConnectionLimits;

  beforeAll(async () => {
    limits = new ConnectionLimits(3);
    const answer: Parameters<typeof createServer>[1] = (request, response) => {
      if (request.headers.authorization) limits.proved(request.socket);
      response.end('ok');
    };
    const options = { cert: identity.certificate, key: identity.key };
    server = scheme === 'http' ? createServer(answer) : createSecureServer(options, answer);
    limits.watch(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  /** With `head` an encrypted one where it is to be, without it a silent one. */
  async function open(head = ''): Promise<{ socket: Socket; closed: () => boolean }> {
    const { port } = server.address() as AddressInfo;
    const encrypted = head !== '' && scheme === 'https';
    const host = '127.0.0.1';
    const socket = encrypted ? connectTls({ port, host, ca: authority.certificate }) : connect(port, host);
    let closed = false;
    socket
      .on('error', () => undefined)
      .on('close', () => {
        closed = true;
      });
    await new Promise((resolve) => socket.once(encrypted ? 'secureConnect' : 'connect', resolve));
    if (head !== '') {
      socket.write(head);
      await new Promise((resolve) => socket.once('data', resolve));
    }
    socket.resume();
    return { socket, closed: () => closed };
  }

  it('cost the oldest one of a stranger its place, never that of somebody logged in', async () => {
    const staff = await open('GET / HTTP/1.1\r\nHost: a\r\nAuthorization: x\r\n\r\n');
    const strangers: Awaited<ReturnType<typeof open>>[] = [];
    for (let i = 0; i < 4; i++) strangers.push(await open());
    await expect.poll(() => strangers.map(({ closed }) => closed())).toEqual([true, true, false, false]);
    expect(staff.closed()).toBe(false);
    await expect.poll(() => limits.open).toBe(3);
    for (const { socket } of [staff, ...strangers]) socket.destroy();
  });
});
