import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';

vi.setConfig({ hookTimeout: 120_000 });

const BUILD = resolve(import.meta.dirname, '..', '..', 'web', 'app', 'build.mjs');

interface Chunk {
  file: string;
  isEntry?: boolean;
  imports?: string[];
  css?: string[];
}

/** gzip -9, what a browser has to fetch and run before the list of studies can be drawn. */
const MOST_SCRIPT = 250_000;
const MOST_STYLE = 40_000;

let folder: string;
let manifest: Record<string, Chunk>;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'clinicpacs-pages-'));
  execFileSync(process.execPath, [BUILD, '--out', folder], { stdio: ['ignore', 'ignore', 'inherit'] });
  manifest = JSON.parse(readFileSync(join(folder, '.vite', 'manifest.json'), 'utf8'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Everything that the entry needs before it runs. */
function closure(key: string, seen = new Set<string>()): Set<string> {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const next of manifest[key]?.imports ?? []) closure(next, seen);
  return seen;
}

function firstLoad(): { scripts: string[]; styles: string[] } {
  const entry = Object.keys(manifest).find((key) => manifest[key]?.isEntry === true && key.endsWith('.html')) ?? '';
  const chunks = [...closure(entry)].map((key) => manifest[key] as Chunk);
  return { scripts: chunks.map(({ file }) => file), styles: [...new Set(chunks.flatMap(({ css }) => css ?? []))] };
}

const sizeOf = (files: readonly string[]) =>
  files.reduce((sum, file) => sum + gzipSync(readFileSync(join(folder, file)), { level: 9 }).length, 0);

it('keeps the first load small enough for old PCs', () => {
  const { scripts, styles } = firstLoad();
  const sizes = { script: sizeOf(scripts), style: sizeOf(styles) };
  console.log(`first load, gzip: ${sizes.script} bytes of script in ${scripts.length} files, ${sizes.style} of style`);
  expect(sizes.script).toBeGreaterThan(100_000);
  expect(sizes.script).toBeLessThanOrEqual(MOST_SCRIPT);
  expect(sizes.style).toBeLessThanOrEqual(MOST_STYLE);
});

it('is the fast build of React even when a test runner starts it', () => {
  const { scripts } = firstLoad();
  expect(
    scripts.filter((file) => readFileSync(join(folder, file), 'utf8').includes('two children with the same key')),
  ).toEqual([]);
});

it('asks nobody else for anything: fonts, scripts and styles are ours', () => {
  const html = readFileSync(join(folder, 'index.html'), 'utf8');
  expect(
    [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]).filter((url) => !url?.startsWith('/')),
  ).toEqual([]);
  expect(html).not.toMatch(/<script(?![^>]*\bsrc=)/);
  const styles = readdirSync(join(folder, 'assets')).filter((name) => name.endsWith('.css'));
  for (const name of styles)
    expect(readFileSync(join(folder, 'assets', name), 'utf8')).not.toMatch(/url\((?!\/assets\/)/);
});

it('lies beside its compressed copies, but not the page itself: it gets a nonce with every answer', () => {
  const files = new Set(readdirSync(folder, { recursive: true, encoding: 'utf8' }));
  const { scripts, styles } = firstLoad();
  for (const file of [...scripts, ...styles])
    expect([files.has(`${file}.br`), files.has(`${file}.gz`)]).toEqual([true, true]);
  expect([files.has('index.html'), files.has('index.html.br')]).toEqual([true, false]);
});
