import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const brotli = promisify(brotliCompress);
const deflate = promisify(gzip);
const COMPRESSIBLE = /\.(js|css|html|json|svg|wasm|txt|ico)$/;
/** Chrome 109 is the last one for Windows 7, which consulting rooms still have. */
const BROWSERS = ['chrome109', 'firefox115', 'safari16'];
const BROTLI_QUALITY = 9;

/**
 * Minifies the scripts and styles of `files` (name → text) in place and returns the notices of the libraries inside,
 * which minifying takes out of the code.
 */
export async function minify(files) {
  const { transform } = await import('esbuild');
  const notices = new Set();
  await inParallel([...files.keys()], async (name) => {
    const loader = name.endsWith('.css') ? 'css' : 'js';
    const options = { loader, minify: true, target: BROWSERS, charset: 'utf8', legalComments: 'external' };
    const { code, legalComments } = await transform(files.get(name), options);
    files.set(name, code);
    for (const notice of (legalComments ?? '').matchAll(/\/\*[\s\S]*?\*\/|\/\/.*/g)) notices.add(notice[0]);
  });
  return [...notices].sort().join('\n\n');
}

/** Writes a file and, where it pays, its .br and .gz beside it, so that the server never compresses. */
export async function writeCompressed(path, content) {
  const bytes = Buffer.from(content);
  const work = [writeFile(path, bytes)];
  if (COMPRESSIBLE.test(path) && bytes.length > 1024) {
    const hints = {
      [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    };
    work.push(brotli(bytes, { params: hints }).then((packed) => writeFile(`${path}.br`, packed)));
    work.push(deflate(bytes, { level: 9 }).then((packed) => writeFile(`${path}.gz`, packed)));
  }
  await Promise.all(work);
}

/** Runs `work` over `items`, as many at a time as there are processors. */
export async function inParallel(items, work) {
  const queue = [...items];
  const lane = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(cpus().map(lane));
}
