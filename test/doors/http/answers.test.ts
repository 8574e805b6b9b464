import { connect, type Socket } from 'node:net';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ArchiveError } from '../../../src/errors.ts';
import { type HttpDoor, startHttpDoor } from './http-door.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let door: HttpDoor;
let headers: Record<string, string>;
const lines: string[] = [];

beforeAll(async () => {
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  door = await startHttpDoor(
    {
      'GET /api/status': () => {
        throw new Error('a bug of ours');
      },
      'GET /api/attention': async () => {
        throw new ArchiveError('STORAGE_FULL', '/data');
      },
      'GET /api/backup': (_request, response) => {
        response.write('half an answer');
        throw new Error('a late bug');
      },
      'GET /dicom-web/studies/:study': (_request, response) => response.type('text/plain').send('bytes'),
    },
    { log: pino({ level: 'debug' }, sink) },
  );
  headers = { Cookie: await door.cookieOf('director'), Origin: `http://127.0.0.1:${door.port}` };
});
afterAll(() => door.close());

describe('a failure', () => {
  it('is a problem with its code, sentences and detail', async () => {
    const answer = await door.ask('/api/attention', { headers });
    expect(answer.status).toBe(507);
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    expect(answer.json()).toMatchObject({
      code: 'STORAGE_FULL',
      message: { ko: expect.stringContaining('저장 공간') },
      detail: '/data',
    });
  });

  it('of our own making is logged with its stack and tells nothing', async () => {
    const answer = await door.ask('/api/status', { headers });
    expect(answer.status).toBe(500);
    expect(answer.json()).toMatchObject({ code: 'INTERNAL', detail: '' });
    expect(answer.body).not.toContain('a bug of ours');
    expect(lines.join('')).toMatch(/a bug of ours[\s\S]*answers\.test\.ts/);
  });

  it('in the middle of an answer breaks the connection', async () => {
    await expect(door.ask('/api/backup', { headers })).rejects.toThrow();
    expect((await door.ask('/healthz')).status).toBe(200);
  });

  it.each([
    ['broken JSON', { body: '{"name":' }, 400, 'REQUEST_INVALID'],
    ['JSON that is no object', { body: '"text"' }, 400, 'REQUEST_INVALID'],
    ['a big body', { body: JSON.stringify({ name: 'x'.repeat(70_000) }) }, 413, 'REQUEST_TOO_LARGE'],
    [
      'a body in a foreign charset',
      { body: '{}', type: 'application/json; charset=euc-kr' },
      415,
      'MEDIA_TYPE_UNSUPPORTED',
    ],
    ['a compressed body', { body: '{}', encoding: 'gzip' }, 415, 'MEDIA_TYPE_UNSUPPORTED'],
  ])(
    'comes of %s',
    async (_what, { body, type, encoding }: { body: string; type?: string; encoding?: string }, status, code) => {
      const asked = {
        ...headers,
        'Content-Type': type ?? 'application/json',
        ...(encoding ? { 'Content-Encoding': encoding } : {}),
      };
      const answer = await door.ask('/api/users', { method: 'POST', headers: asked, body });
      expect([answer.status, answer.json().code]).toEqual([status, code]);
    },
  );

  it.each(['/%', '/api/users/%E0%A4%A', '/%c0%ae%c0%ae/', '/viewer/%ff'])('comes of the address %s', async (path) => {
    expect((await door.ask(path, { headers })).status).toBe(400);
  });
});

describe('every answer', () => {
  it.each(['/healthz', '/api/session', '/dicom-web/studies/1', '/api/nothing', '/', '/login'])(
    'carries the headers that browsers need: %s',
    async (path) => {
      const { headers: got } = await door.ask(path, { headers });
      expect(got).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'same-origin',
        'content-security-policy': expect.stringMatching(/default-src 'none'.*frame-ancestors '(none|self)'/),
        'cross-origin-resource-policy': 'same-origin',
        'cache-control': 'no-store',
      });
      for (const name of [
        'x-powered-by',
        'access-control-allow-origin',
        'cross-origin-opener-policy',
        'cross-origin-embedder-policy',
      ]) {
        expect(got).not.toHaveProperty(name);
      }
    },
  );
});

describe('the log', () => {
  it('has one line per request, without the query', async () => {
    lines.length = 0;
    await door.ask('/dicom-web/studies?PatientName=HONG%5EGILDONG', { headers });
    await door.ask('/api/nothing?patientId=12345', { headers });
    await expect.poll(() => lines.length).toBeGreaterThanOrEqual(2);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { method: 'GET', path: '/dicom-web/studies', status: 200, user: 'director', from: '127.0.0.1' },
      { path: '/api/nothing', status: 404 },
    ]);
    expect(lines.join('')).not.toMatch(/HONG|12345/);
  });
});

describe('slow and many connections', () => {
  it('do not keep others from being served', async () => {
    const open = (text: string) =>
      new Promise<Socket>((resolve) => {
        const socket = connect(door.port, '127.0.0.1', () => resolve(socket));
        socket.on('error', () => undefined);
        socket.write(text);
      });
    const slow = await Promise.all([
      ...Array.from({ length: 150 }, () => open('GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ')),
      ...Array.from({ length: 100 }, () =>
        open(
          'POST /api/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{',
        ),
      ),
    ]);
    const served = await Promise.all(Array.from({ length: 4 }, () => door.ask('/healthz')));
    expect(served.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    for (const socket of slow) socket.destroy();
  });

  it('are ended when a request does not come to the end of its headers', async () => {
    const socket = connect(door.port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n');
    const dribble = setInterval(() => socket.write('X-Slow: 1\r\n'), 1000);
    await new Promise((resolve) =>
      socket
        .resume()
        .on('error', () => undefined)
        .once('close', resolve),
    );
    clearInterval(dribble);
  });
});
