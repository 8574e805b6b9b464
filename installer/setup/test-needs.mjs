import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { step } from './progress.mjs';
import { SetupError } from './setup-error.mjs';

/** It has no window to draw: the tests of pages take half the time. */
const SMALL_BROWSER = 'chromium-headless-shell';
const BROWSERS = [
  SMALL_BROWSER,
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** Programs of other makers that tests talk to; without them those tests skip. Name → Debian package. */
const PEERS = { storescu: 'dcmtk', unzip: 'unzip' };

/**
 * Sees to it that the programs which tests need are there, installing Debian's packages where we may.
 * Returns the path of the browser; without one the tests can't show what users see, so that is a SetupError.
 */
export async function ensureTestNeeds() {
  const browser = process.env.CLINICPACS_CHROMIUM ?? (await findOrInstallBrowser());
  for (const [program, debianPackage] of Object.entries(PEERS)) {
    if (find(program) !== undefined || (await install(debianPackage))) continue;
    console.error(
      `  ${program} 없음: 관련 시험을 건너뜁니다 · ${program} is missing: tests that need it skip (${debianPackage})`,
    );
  }
  if (browser !== undefined) return browser;
  throw new SetupError(
    '시험에 크로미움이 필요합니다: sudo apt-get install chromium (다른 곳에 있으면 CLINICPACS_CHROMIUM에 경로)',
    'The tests need Chromium: sudo apt-get install chromium (or its path in CLINICPACS_CHROMIUM)',
  );
}

async function findOrInstallBrowser() {
  if (find(SMALL_BROWSER) === undefined) await install(SMALL_BROWSER);
  const there = () => BROWSERS.map(find).find((path) => path !== undefined);
  if (there() === undefined) await install('chromium');
  return there();
}

/** The full path of a program on the PATH (or of one given by its path), undefined when there is none. */
function find(program) {
  const folders = /[\\/]/.test(program) ? [''] : (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, program)).find(isExecutable);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Installs a Debian package when we are root and apt is there; false when that was not possible. */
async function install(debianPackage) {
  if (process.getuid?.() !== 0 || find('apt-get') === undefined) return false;
  const apt = () => run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', debianPackage]);
  return step(`${debianPackage} 설치`, `installing ${debianPackage}`, async () => {
    return (await apt()) || ((await run('apt-get', ['update', '-qq'])) && (await apt()));
  });
}

function run(file, args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const child = spawn(file, args, { env, stdio: ['ignore', 'ignore', 'ignore'] });
  return new Promise((resolve) => {
    child.once('error', () => resolve(false));
    child.once('close', (code) => resolve(code === 0));
  });
}
