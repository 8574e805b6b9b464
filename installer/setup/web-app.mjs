import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CACHE, ROOT } from './paths.mjs';
import { SetupError } from './setup-error.mjs';
import { sourceHash } from './source-hash.mjs';

const INPUTS = ['web/app', 'package-lock.json'];
const BUILD = join(ROOT, 'web/app/build.mjs');
const DIST = join(ROOT, 'web/app/dist');
const STAMP = join(CACHE, 'web-app.stamp');

/** Whether the clinic's pages are built from the sources that are there now. */
export function webAppIsCurrent() {
  if (!existsSync(BUILD)) return true;
  if (!existsSync(join(DIST, 'index.html')) || !existsSync(STAMP)) return false;
  return readFileSync(STAMP, 'utf8') === sourceHash(ROOT, INPUTS);
}

/**
 * Builds the clinic's pages with the pinned Node `node`, beside the old ones, which stay until the new ones are whole.
 * Throws a SetupError with the builder's words.
 */
export async function buildWebApp(node) {
  const stamp = sourceHash(ROOT, INPUTS);
  await mkdir(CACHE, { recursive: true });
  const fresh = await mkdtemp(join(CACHE, 'web-app-'));
  const outDir = join(fresh, 'dist');
  const program = `import { buildPages } from ${JSON.stringify(pathToFileURL(BUILD))}; await buildPages(${JSON.stringify({ outDir })});`;
  try {
    await run(node, ['--input-type=module', '--eval', program]);
    await rename(DIST, join(fresh, 'old')).catch(ignoreMissing);
    await rename(outDir, DIST);
    await writeFile(STAMP, stamp);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

async function run(file, args) {
  const child = spawn(file, args, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk) => {
      said = (said + chunk).slice(-20_000);
    });
  }
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new SetupError('화면(web/app)을 만들지 못했습니다.', 'The build of web/app failed.', said);
}

function ignoreMissing(error) {
  if (error.code !== 'ENOENT') throw error;
}
