import { cpSync, existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { runNpm } from './npm.mjs';
import { CACHE, ROOT } from './paths.mjs';
import { pinnedNode, pinnedNodeRuns } from './pinned-node.mjs';
import { SetupError } from './setup-error.mjs';

const NEEDED_BYTES = 1.5 * 2 ** 30;

/** The packages that the lock file wants, by folder. */
export function lockedPackages(root = ROOT) {
  return JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
}

/**
 * Whether `root`/node_modules holds just what the lock file asks for on this platform. npm writes its own record last,
 * so an install that was cut short has none; one made on another platform lacks this platform's packages.
 */
export function dependenciesComplete(root, locked) {
  let installed;
  try {
    installed = JSON.parse(readFileSync(join(root, 'node_modules', '.package-lock.json'), 'utf8')).packages;
  } catch {
    return false;
  }
  return Object.entries(locked).every(([folder, wanted]) => {
    if (folder === '') return true;
    const found = installed[folder];
    if (found === undefined) return !isNeededHere(wanted);
    return found.version === wanted.version && existsSync(join(root, folder, 'package.json'));
  });
}

function isNeededHere({ optional, os, cpu, libc }) {
  if (!optional) return true;
  // Optional packages without a platform are helpers of other platforms' ones; libc variants come in pairs.
  if (os === undefined || libc !== undefined) return false;
  return os.includes(process.platform) && (cpu === undefined || cpu.includes(process.arch));
}

/**
 * Installs by the lock file into a fresh folder and swaps it in when it is whole and the pinned Node runs: an install
 * that fails leaves the old one untouched. Install scripts are not run; no package of ours needs one.
 */
export async function installDependencies() {
  await checkSpace();
  await mkdir(CACHE, { recursive: true });
  const fresh = await mkdtemp(join(CACHE, 'install-'));
  try {
    for (const file of ['package.json', 'package-lock.json']) cpSync(join(ROOT, file), join(fresh, file));
    const options = ['--include=dev', '--include=optional', '--ignore-scripts', '--no-audit', '--no-fund'];
    await runNpm(['ci', ...options], fresh);
    checkPinnedNode(fresh);
    await swapIn(join(fresh, 'node_modules'), join(ROOT, 'node_modules'), join(fresh, 'old'));
  } finally {
    await rm(fresh, { recursive: true, force: true, maxRetries: 5 }).catch(() => {});
  }
}

function checkPinnedNode(root) {
  const node = pinnedNode(root, lockedPackages(root));
  if (pinnedNodeRuns(node)) return;
  throw new SetupError(
    `이 컴퓨터(${process.platform} ${process.arch})에서 Node ${node.version}을 실행할 수 없습니다. 64비트 Linux(glibc 2.28 이상)나 Windows 10 이상이 필요합니다.`,
    `Node ${node.version} does not run on this machine (${process.platform} ${process.arch}). 64-bit Linux (glibc 2.28 or newer) or Windows 10 is needed.`,
  );
}

async function swapIn(fresh, current, old) {
  try {
    if (existsSync(current)) await rename(current, old);
    await rename(fresh, current);
  } catch (error) {
    if (existsSync(old) && !existsSync(current)) await rename(old, current);
    throw new SetupError(
      'node_modules 폴더를 바꿀 수 없습니다. 실행 중인 프로그램을 끝내고, 폴더 권한을 확인한 뒤 다시 실행하세요.',
      'node_modules cannot be replaced. Stop the running appliance, check the permissions, and run this again.',
      String(error),
    );
  }
}

async function checkSpace() {
  const { bavail, bsize } = await statfs(ROOT);
  if (bavail * bsize >= NEEDED_BYTES) return;
  throw new SetupError(
    `디스크 공간이 모자랍니다. 설치에 1.5GB가 필요한데 ${((bavail * bsize) / 2 ** 30).toFixed(1)}GB만 남았습니다.`,
    `Not enough disk space: set-up needs 1.5 GB, ${((bavail * bsize) / 2 ** 30).toFixed(1)} GB are free.`,
  );
}
