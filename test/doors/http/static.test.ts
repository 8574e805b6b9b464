import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type HttpDoor, startHttpDoor } from './http-door.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const PAGE = '<!doctype html><head><meta name="csp-nonce" content="__CSP_NONCE__" /></head>';
const SCRIPT = 'export const answer = 42;\n'.repeat(50);
let door: HttpDoor;
let cookie: string;

beforeAll(async () => {
  door = await startHttpDoor();
  cookie = await door.cookieOf('viewer');
});
afterAll(() => door.close());

async function put(path: string, content: string | Buffer): Promise<void> {
  const file = join(door.folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
}

async function build(): Promise<void> {
  await put('app/index.html', PAGE);
  await put('app/assets/main-Abc123_9.js', SCRIPT);
  await put('app/assets/main-Abc123_9.js.br', brotliCompressSync(SCRIPT));
  await put('app/assets/main-Abc123_9.js.gz', gzipSync(SCRIPT));
  await put('app/assets/font-Abc12345.woff2', 'font');
  await put('app/favicon.svg', '<svg/>');
  await put('app/.vite/manifest.json', '{}');
  await put('viewer/index.html', '<!doctype html><title>viewer</title>');
  await put('viewer/csp.json', '{"scriptHashes":["sha256-AAAA","sha256-BBBB"]}');
  await put('viewer/b-0123456789abcdef/app.js', 'viewer script');
}

describe('before anything is built', () => {
  it('every page says what to do, Korean first', async () => {
    const answer = await door.ask('/');
    expect(answer.status).toBe(503);
    expect(answer.body).toMatch(/^화면이 아직.*\n.*npm run build/);
    expect((await door.ask('/viewer/viewer', { headers: { Cookie: cookie } })).status).toBe(503);
  });
});

describe('the app', () => {
  beforeAll(async () => {
    await build();
  });

  it.each(['/', '/login', '/first-run?token=x', '/studies/17', '/users/kim.lee'])(
    'answers its page at %s',
    async (path) => {
      const answer = await door.ask(path, { headers: { Accept: 'text/html' } });
      expect(answer.status).toBe(200);
      expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(answer.headers['cache-control']).toBe('no-store');
    },
  );

  it('gives each answer a nonce of its own, in the page and in the policy', async () => {
    const nonces = [];
    for (let i = 0; i < 2; i++) {
      const answer = await door.ask('/');
      const [, nonce] = /name="csp-nonce" content="([^"]+)"/.exec(answer.body) ?? [];
      expect(answer.headers['content-security-policy']).toBe(
        "default-src 'none'; script-src 'self'; " +
          `style-src 'self' 'nonce-${nonce}'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; ` +
          "worker-src 'self'; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
      );
      nonces.push(nonce);
    }
    expect(new Set(nonces).size).toBe(2);
  });

  it('sends the copy that the browser can read', async () => {
    const get = (encoding: string) =>
      fetch(`http://127.0.0.1:${door.port}/assets/main-Abc123_9.js`, { headers: { 'Accept-Encoding': encoding } });
    for (const [accepted, sent] of [
      ['gzip, deflate, br', 'br'],
      ['gzip', 'gzip'],
      ['br;q=0, gzip', 'gzip'],
      ['identity', null],
    ] as const) {
      const response = await get(accepted);
      expect(response.headers.get('content-encoding')).toBe(sent);
      expect(response.headers.get('vary')).toBe('Accept-Encoding');
      expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
      expect(await response.text()).toBe(SCRIPT);
    }
    expect(brotliDecompressSync(brotliCompressSync('x')).toString()).toBe(gunzipSync(gzipSync('x')).toString());
  });

  it('lets browsers keep hashed names for ever and ask again for all others', async () => {
    const keep = async (path: string) => (await door.ask(path)).headers['cache-control'];
    expect(await keep('/assets/main-Abc123_9.js')).toBe('public, max-age=31536000, immutable');
    expect(await keep('/assets/font-Abc12345.woff2')).toBe('public, max-age=31536000, immutable');
    expect(await keep('/viewer/b-0123456789abcdef/app.js')).toBe('public, max-age=31536000, immutable');
    expect(await keep('/favicon.svg')).toBe('no-cache');
  });

  it('sends nothing twice', async () => {
    const { headers } = await door.ask('/favicon.svg');
    const again = await door.ask('/favicon.svg', { headers: { 'If-None-Match': headers.etag as string } });
    expect([again.status, again.body]).toEqual([304, '']);
    await put('app/favicon.svg', '<svg>new</svg>');
  });

  it('answers HEAD with the same headers and no body', async () => {
    const answer = await door.ask('/assets/main-Abc123_9.js', { method: 'HEAD' });
    expect([answer.status, answer.body, answer.headers['content-length']]).toEqual([200, '', String(SCRIPT.length)]);
  });

  it.each([
    '/assets/gone-Abc12345.js',
    '/missing.png',
    '/index.html.br',
    '/assets/main-Abc123_9.js.br',
    '/.vite/manifest.json',
  ])('%s is not found, rather than a page', async (path) => {
    expect((await door.ask(path)).status).toBe(404);
  });

  it.each([
    '/../config.json',
    '/%2e%2e/config.json',
    '/..%2fconfig.json',
    '/assets/..%5c..%5cconfig.json',
    '/%00',
    '//etc/passwd',
  ])('%s leaves the folder never', async (path) => {
    await put('config.json', 'secret');
    const answer = await door.ask(path);
    expect(answer.body).not.toContain('secret');
    expect(answer.body === '' || answer.body.includes('csp-nonce') || answer.status >= 400).toBe(true);
  });
});

describe('the viewer', () => {
  it('is shown to who is logged in, under a policy of its own', async () => {
    const answer = await door.ask('/viewer/viewer?StudyInstanceUIDs=1.2.3', { headers: { Cookie: cookie } });
    expect(answer.status).toBe(200);
    expect(answer.body).toContain('<title>viewer</title>');
    expect(answer.headers['content-security-policy']).toContain(
      "script-src 'self' 'wasm-unsafe-eval' 'sha256-AAAA' 'sha256-BBBB'",
    );
    expect(answer.headers['content-security-policy']).toContain("frame-ancestors 'self'");
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('asks everybody else to log in first, and then goes on', async () => {
    const answer = await door.ask('/viewer/viewer?StudyInstanceUIDs=1.2.3');
    expect([answer.status, answer.headers.location]).toEqual([
      302,
      `/login?next=${encodeURIComponent('/viewer/viewer?StudyInstanceUIDs=1.2.3')}`,
    ]);
  });

  it.each(['//evil.example/viewer/', 'http://evil.example/viewer/x'])(
    'never sends anybody elsewhere: %s',
    async (path) => {
      const { location = '' } = (await door.ask(path)).headers;
      expect(decodeURIComponent(location)).not.toMatch(/evil/);
    },
  );

  it.each(['/viewer', '/viewer/'])('has no list of its own: %s leads to ours', async (path) => {
    const answer = await door.ask(path, { headers: { Cookie: cookie } });
    expect([answer.status, answer.headers.location]).toEqual([302, '/']);
  });

  it('serves its scripts, which hold no data, without a login', async () => {
    const answer = await door.ask('/viewer/b-0123456789abcdef/app.js');
    expect(answer.body).toBe('viewer script');
    expect(answer.headers['content-security-policy']).toContain("'wasm-unsafe-eval'");
    expect((await door.ask('/viewer/b-0123456789abcdef/gone.js')).status).toBe(404);
  });
});
