import { request as httpRequest, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Events } from '../../../src/doors/rest/events.ts';
import { createLog } from '../../../src/log.ts';
import { store } from '../../support/archive.ts';
import { makeInstance, makeStudy } from '../../support/synthetic.ts';
import { type RestDoor, startRestDoor } from './rest-door.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let door: RestDoor;
beforeAll(async () => {
  door = await startRestDoor();
});
afterAll(() => door.close());

interface Change {
  epoch: string;
  seq: number;
  studyIds: number[];
}

interface Stream {
  status: number;
  headers: IncomingMessage['headers'];
  text(): string;
  changes(): Change[];
  ids(): string[];
  ended: Promise<void>;
  close(): void;
}

function listen(headers: Record<string, string>): Promise<Stream> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: '127.0.0.1', port: door.port, path: '/api/events', headers, agent: false },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        const ended = new Promise<void>((done) => response.once('close', done));
        response.on('error', () => undefined);
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: () => text,
          changes: () =>
            [...text.matchAll(/^event: change\nid: .*\ndata: (.*)$/gm)].map(([, data]) => JSON.parse(data as string)),
          ids: () => [...text.matchAll(/^id: (.*)$/gm)].map(([, id]) => id as string),
          ended,
          close: () => request.destroy(),
        });
      },
    );
    request.on('error', reject);
    request.end();
  });
}

describe('server push', () => {
  it('tells an open page of a stored study within two seconds', async () => {
    const stream = await listen({ Cookie: await door.cookie('viewer') });
    expect(stream.headers).toMatchObject({ 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    await store(door.archive, makeInstance());
    await expect.poll(() => stream.changes()).toMatchObject([{ seq: 1, studyIds: [expect.any(Number)] }]);
    stream.close();
  });

  it('names a study once, however many of its images came', async () => {
    const stream = await listen({ Cookie: await door.cookie('viewer') });
    for (const instance of makeStudy(1, 8)) await store(door.archive, instance);
    const { seq } = await door.archive.changes.head();
    await expect.poll(() => stream.changes().at(-1)?.seq).toBe(seq);
    expect(new Set(stream.changes().flatMap(({ studyIds }) => studyIds)).size).toBe(1);
    expect(stream.changes().length).toBeLessThan(8);
    stream.close();
  });

  it('goes on after a lost connection where it was', async () => {
    const cookie = await door.cookie('viewer');
    const first = await listen({ Cookie: cookie });
    await store(door.archive, makeInstance());
    await expect.poll(() => first.ids().length).toBe(1);
    first.close();
    await store(door.archive, makeInstance());
    const second = await listen({ Cookie: cookie, 'Last-Event-ID': first.ids()[0] as string });
    const missed = (first.changes()[0]?.seq ?? 0) + 1;
    await expect.poll(() => second.changes().map(({ seq }) => seq)).toEqual([missed]);
    second.close();
  });

  it('tells a page of before a rebuild to read everything again', async () => {
    const { epoch, seq } = await door.archive.changes.head();
    const stream = await listen({ Cookie: await door.cookie('viewer'), 'Last-Event-ID': 'another-epoch:5' });
    await expect.poll(() => stream.changes()).toEqual([{ epoch, seq, studyIds: [] }]);
    stream.close();
  });

  it('takes a nonsensical Last-Event-ID for none', async () => {
    const stream = await listen({ Cookie: await door.cookie('viewer'), 'Last-Event-ID': 'x'.repeat(1000) });
    expect(stream.status).toBe(200);
    stream.close();
  });

  it('needs a login, and lets one user hold ten streams', async () => {
    expect((await listen({})).status).toBe(401);
    const cookie = await door.cookie('director');
    const streams = [];
    for (let i = 0; i < 10; i++) streams.push(await listen({ Cookie: cookie }));
    expect(streams.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect((await listen({ Cookie: cookie })).status).toBe(503);
    expect((await listen({ Cookie: await door.cookie('viewer') })).status).toBe(200);
    for (const stream of streams) stream.close();
    await expect.poll(async () => (await listen({ Cookie: cookie })).status).toBe(200);
  });

  it('beats while nothing happens, and ends with the session', async () => {
    const written: string[] = [];
    let loggedIn = true;
    const response = Object.assign(new EventTarget(), {
      writeHead: () => undefined,
      write: (text: string) => written.push(text),
      once: () => undefined,
      end: () => written.push('END'),
    });
    const events = new Events({
      changes: door.archive.changes,
      attempts: door.attempts,
      log: createLog({ level: 'silent' }),
      heartbeatMs: 20,
    });
    const locals = { identity: undefined, isStillLoggedIn: () => loggedIn, stopping: new AbortController().signal };
    await events.open({ request: { get: () => undefined }, response, locals } as never);
    await expect.poll(() => written).toContain('event: ping\ndata: {}\n\n');
    loggedIn = false;
    await expect.poll(() => written).toContain('END');
  });

  it('does not keep the program from stopping', async () => {
    const other = await startRestDoor();
    const { token } = await other.accounts.logIn('viewer', 'blue horse staple', { address: '', door: 'web' });
    const response = await fetch(`${other.origin}/api/events`, { headers: { Cookie: `clinicpacs_session=${token}` } });
    await other.close();
    expect(await response.text()).toContain('retry:');
  });
});
