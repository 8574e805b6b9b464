import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { runNpm } from '../../installer/setup/npm.mjs';
import { SetupError } from '../../installer/setup/setup-error.mjs';

const BLOCK = 512;

/**
 * The viewer's published package as a file in `cacheDir`; fetched by npm when it is not there yet.
 * Whatever is found is checked against `integrity` (`sha512-…`), a damaged copy is fetched anew once.
 */
export async function cachedTarball({ name, version, integrity, cacheDir }) {
  const path = join(cacheDir, `${name.replace(/^@/, '').replace('/', '-')}-${version}.tgz`);
  if ((await exists(path)) && (await integrityOf(path)) === integrity) return path;
  await mkdir(cacheDir, { recursive: true });
  const folder = await mkdtemp(join(cacheDir, 'fetch-'));
  try {
    await runNpm(['pack', `${name}@${version}`, '--pack-destination', folder], folder);
    const [file] = (await readdir(folder)).filter((entry) => entry.endsWith('.tgz'));
    const fetched = join(folder, file ?? 'nothing');
    const found = file === undefined ? 'nothing' : await integrityOf(fetched);
    if (found !== integrity) {
      throw new SetupError(
        `받은 ${name} ${version}의 내용이 정해진 것과 다릅니다. npm 설정의 저장소를 확인하세요.`,
        `the fetched ${name} ${version} is not the one we trust (${found}); check the registry that npm uses`,
      );
    }
    await rename(fetched, path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return path;
}

/** Reads a .tgz and yields `{ path, bytes }` of the files whose path `wanted` accepts; others are skipped unread. */
export async function* filesOf(tarball, wanted) {
  const stream = createReadStream(tarball).pipe(createGunzip());
  const reader = new BlockReader(stream);
  let longPath;
  for (;;) {
    const header = await reader.take(BLOCK);
    if (header === undefined || header[0] === 0) return;
    const size = Number.parseInt(field(header, 124, 12), 8);
    const type = String.fromCharCode(header[156]);
    const padded = Math.ceil(size / BLOCK) * BLOCK;
    if (type === 'x') longPath = /\d+ path=(.*)\n/.exec((await reader.take(padded)).toString('utf8', 0, size))?.[1];
    else {
      const path = longPath ?? [field(header, 345, 155), field(header, 0, 100)].filter(Boolean).join('/');
      longPath = undefined;
      const isFile = type === '0' || type === '\0';
      if (isFile && wanted(path)) yield { path, bytes: (await reader.take(padded)).subarray(0, size) };
      else await reader.skip(padded);
    }
  }
}

/** Hands out exact byte counts from a stream of chunks. */
class BlockReader {
  #chunks;
  #rest = Buffer.alloc(0);

  constructor(stream) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  async take(length) {
    const parts = [this.#rest];
    let have = this.#rest.length;
    while (have < length) {
      const { value, done } = await this.#chunks.next();
      if (done) return undefined;
      parts.push(value);
      have += value.length;
    }
    const all = parts.length === 1 ? parts[0] : Buffer.concat(parts);
    this.#rest = all.subarray(length);
    return all.subarray(0, length);
  }

  async skip(length) {
    let left = length;
    while (left > this.#rest.length) {
      left -= this.#rest.length;
      const { value, done } = await this.#chunks.next();
      if (done) return;
      this.#rest = value;
    }
    this.#rest = this.#rest.subarray(left);
  }
}

function field(header, offset, length) {
  const text = header.toString('utf8', offset, offset + length);
  const end = text.indexOf('\0');
  return (end < 0 ? text : text.slice(0, end)).trim();
}

async function integrityOf(path) {
  const hash = createHash('sha512');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return `sha512-${hash.digest('base64')}`;
}

function exists(path) {
  return access(path).then(
    () => true,
    () => false,
  );
}
