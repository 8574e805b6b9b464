/**
 * Builds the pages into web/app/dist and lays a brotli and a gzip copy beside every text file, so that the server only
 * picks one: `node web/app/build.mjs [--out DIR]`. Plain JavaScript, because any Node ≥ 20 must be able to run it.
 * index.html gets no copies: the server writes a nonce into it with every answer.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { build } from 'vite';

const HERE = import.meta.dirname ?? fileURLToPath(new URL('.', import.meta.url));
const TEXT = /\.(js|css|svg|json|txt)$/;

/** @param {{ outDir?: string }} options the folder to build into, by default dist here */
export async function buildPages({ outDir = join(HERE, 'dist') } = {}) {
  const before = process.env.NODE_ENV;
  // Set by whoever starts us (test runners say "test"), it would put React's slow development build into the pages.
  process.env.NODE_ENV = 'production';
  try {
    await build({
      configFile: join(HERE, 'vite.config.ts'),
      root: HERE,
      mode: 'production',
      logLevel: 'warn',
      build: { outDir, emptyOutDir: true },
    });
  } finally {
    if (before === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = before;
  }
  await precompress(outDir);
}

async function precompress(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && TEXT.test(entry.name));
  for (const file of files) await compressFile(join(file.parentPath ?? file.path, file.name));
}

async function compressFile(path) {
  const bytes = await readFile(path);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  const [br, gz] = await Promise.all([
    promisify(brotliCompress)(bytes, { params }),
    promisify(gzip)(bytes, { level: 9 }),
  ]);
  await writeFile(`${path}.br`, br);
  await writeFile(`${path}.gz`, gz);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const out = process.argv.indexOf('--out');
  await buildPages(out === -1 ? {} : { outDir: resolve(process.argv[out + 1]) });
}
