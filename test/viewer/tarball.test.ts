import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { setupModule } from '../support/setup-module.ts';

type File = { path: string; bytes: Buffer };
const { filesOf } = (await setupModule('web/viewer/tarball.mjs')) as {
  filesOf: (tarball: string, wanted: (path: string) => boolean) => AsyncIterable<File>;
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tarball-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** One entry of a tar archive (POSIX ustar). */
function entry(path: string, content: string | Buffer, { type = '0', prefix = '' } = {}): Buffer {
  const body = Buffer.from(content);
  const header = Buffer.alloc(512);
  header.write(path, 0);
  header.write(`${body.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write(type, 156);
  header.write('ustar\x0000', 257);
  header.write(prefix, 345);
  return Buffer.concat([header, body, Buffer.alloc((512 - (body.length % 512)) % 512)]);
}

async function read(entries: Buffer[], wanted = (_path: string) => true): Promise<Record<string, string>> {
  const path = join(folder, 'package.tgz');
  writeFileSync(path, gzipSync(Buffer.concat([...entries, Buffer.alloc(1024)])));
  const found: Record<string, string> = {};
  for await (const file of filesOf(path, wanted)) found[file.path] = file.bytes.toString();
  return found;
}

describe('The reader of published packages', () => {
  it('yields files of any size, whole', async () => {
    const sizes = [0, 1, 511, 512, 513, 200_000];
    const found = await read(sizes.map((size) => entry(`f${size}`, 'x'.repeat(size))));
    expect(Object.entries(found).map(([name, text]) => [name, text.length])).toEqual(sizes.map((s) => [`f${s}`, s]));
  });

  it('skips what is not wanted and what is no file', async () => {
    const entries = [entry('folder/', '', { type: '5' }), entry('big', 'x'.repeat(300_000)), entry('small', 'here')];
    expect(await read(entries, (path) => path === 'small')).toEqual({ small: 'here' });
  });

  it('knows both ways of writing a long path', async () => {
    const long = `package/${'deep/'.repeat(30)}file.js`;
    const record = ` path=${long}\n`;
    const pax = `${record.length + 3}${record}`;
    const found = await read([
      entry('PaxHeader/file', pax, { type: 'x' }),
      entry('cut off', 'by pax'),
      entry('file.js', 'by prefix', { prefix: 'package/dist' }),
    ]);
    expect(found).toEqual({ [long]: 'by pax', 'package/dist/file.js': 'by prefix' });
  });
});
