// Makes web/viewer/dist, the image viewer as it is served under /viewer/, from the published build of OHIF.
// Nothing of OHIF lies in this repository; README.md says what is changed and why.

import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { CACHE } from '../../installer/setup/paths.mjs';
import { reportFailure } from '../../installer/setup/setup-error.mjs';
import { viewerRecipe } from '../../installer/setup/viewer.mjs';
import { inParallel, minify, writeCompressed } from './compact.mjs';
import { hangulFont } from './hangul-font.mjs';
import { applyPatches, movedAnchor, patchPage } from './patches.mjs';
import { cachedTarball, filesOf } from './tarball.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const DIST = join(HERE, 'dist');
const PACKAGE = {
  name: '@ohif/app',
  version: '3.13.2',
  integrity: 'sha512-WZdxmpmG7rqFgW9ZJLcbgr3XCtLi1KDNPoMaeY5PPe6j4G4fjEjjkycZM6C6Zk2F87BKxFfpq+jd5xXZB9E8EA==',
};

const DROPPED = [
  /^ort\//, // AI click segmentation, 136 MB
  /^dicom-microscopy-viewer\//, // whole-slide images, 20 MB
  /^customizations\//,
  /^assets\/(?!images\/|favicon\.ico$)/, // icons of other systems
  /\.map$/,
  /^(google|es6-shim\.min|polyfill\.min|oidc-client\.min|sw|init-service-worker|app-config)\.js$/,
  /^(silent-refresh\.html|manifest\.json|serve\.json|_headers|_redirects|ohif-logo(-light)?\.svg)$/,
];

/** Builds the viewer into web/viewer/dist; the old build stays until the new one is whole. */
export async function prepareViewer() {
  const recipe = viewerRecipe();
  const tarball = await cachedTarball({ ...PACKAGE, cacheDir: CACHE });
  const { texts, others, licence } = await unpack(tarball);
  // The folder's name changes with the recipe: browsers may keep its files for ever.
  const folder = `b-${recipe}`;
  const base = `/viewer/${folder}/`;
  const page = patchPage(texts.get('index.html'), base);
  texts.delete('index.html');
  applyPatches(texts, base);
  const hangul = await hangulFont(base);
  // Before its own faces: those come first where both have a letter.
  texts.set('app.bundle.css', hangul.css + texts.get('app.bundle.css'));
  const notices = await minify(texts);

  const fresh = await mkdtemp(join(CACHE, 'viewer-'));
  const files = new Map([
    ['index.html', page],
    ['csp.json', JSON.stringify({ scriptHashes: inlineScriptHashes(page), evalWorkers: evalWorkers(folder, texts) })],
    [
      'LICENSES.txt',
      `OHIF Viewer ${PACKAGE.version}\n\n${licence}\n\nLibraries inside\n\n${notices}\n\nHangul font\n\n${hangul.licence}\n`,
    ],
    [`${folder}/app-config.js`, await appConfig()],
    ...prefixed(folder, texts),
    ...prefixed(folder, others),
    ...prefixed(folder, hangul.files),
  ]);
  await inParallel(files.keys(), async (name) => {
    const path = join(fresh, name);
    await mkdir(dirname(path), { recursive: true });
    await writeCompressed(path, files.get(name));
  });
  await writeCompressed(
    join(fresh, 'build.json'),
    JSON.stringify({ recipe, viewer: `${PACKAGE.name} ${PACKAGE.version}` }),
  );
  await swapIn(fresh);
}

async function unpack(tarball) {
  const texts = new Map();
  const others = new Map();
  let licence = '';
  const wanted = (path) => path === 'package/LICENSE' || isKept(path);
  for await (const { path, bytes } of filesOf(tarball, wanted)) {
    const name = path.replace('package/dist/', '');
    if (path === 'package/LICENSE') licence = bytes.toString();
    else if (/\.(js|css|html)$/.test(name)) texts.set(name, bytes.toString());
    else others.set(name, Buffer.from(bytes));
  }
  return { texts, others, licence };
}

function isKept(path) {
  if (!path.startsWith('package/dist/')) return false;
  const name = path.slice('package/dist/'.length);
  return !DROPPED.some((pattern) => pattern.test(name));
}

/** Our settings with the Korean words and what they hand on in front, as one script. */
async function appConfig() {
  const [settings, arrays, korean] = await Promise.all([
    readFile(join(HERE, 'app-config.js'), 'utf8'),
    readFile(join(HERE, 'array-view.js'), 'utf8'),
    readFile(join(HERE, 'ko.json'), 'utf8'),
  ]);
  return `window.viewerLocales = { ko: ${JSON.stringify(JSON.parse(korean))} };\n${arrays}\n${settings}`;
}

/** CSP source expressions (`sha256-…`) for the scripts that stand in the page itself. */
function inlineScriptHashes(html) {
  const scripts = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)];
  return scripts.map(([, code]) => `sha256-${createHash('sha256').update(code).digest('base64')}`);
}

/**
 * Addresses (below /viewer) of the worker scripts whose decoders make functions of text, which needs 'unsafe-eval': the
 * image decoders, and the two that convert segmentations. They see pixels only, and the page itself stays without it.
 */
function evalWorkers(folder, texts) {
  const workers = [...texts.keys()].filter((name) => /^(8097|compute|polySeg)\.bundle\.\w+\.js$/.test(name));
  if (workers.length !== 3) throw movedAnchor('worker scripts', workers.join(', '));
  return workers.map((name) => `/${folder}/${name}`);
}

function* prefixed(folder, files) {
  for (const [name, content] of files) yield [`${folder}/${name}`, content];
}

async function swapIn(fresh) {
  const old = `${fresh}-old`;
  await rename(DIST, old).catch((error) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rename(fresh, DIST);
  await rm(old, { recursive: true, force: true });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await prepareViewer().catch((error) => {
    reportFailure(error);
    process.exitCode = 1;
  });
}
