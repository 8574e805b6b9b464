/** Under what circumstances the numbers were taken; no host names, no paths. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { findProgram } from './programs.ts';
import { senderName } from './send.ts';

export function conditions(folder: string): string[] {
  const processors = cpus();
  return [
    `${new Date().toISOString().slice(0, 16)}Z · ${processors.length} cores ${processors[0]?.model ?? ''} · ${Math.round(totalmem() / 2 ** 30)} GB`,
    `${process.platform} ${release()} · disk ${fileSystemOf(folder)} · Node ${process.versions.node}`,
    `${versionOf('Orthanc', 'Orthanc (not installed)')} · ${versionOf('storescu', 'DCMTK (not installed)')} · sender ${senderName}`,
  ];
}

/** Others on the same machine make numbers small; processor time per image moves least. */
export function load(): string {
  return loadavg()
    .map((value) => value.toFixed(1))
    .join(' ');
}

/** Type of the file system, from the mount with the longest path above the folder. */
function fileSystemOf(folder: string): string {
  if (process.platform !== 'linux') return '';
  const mounts = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '));
  const above = mounts.filter(([, point = '']) => `${folder}/`.startsWith(point.endsWith('/') ? point : `${point}/`));
  return above.toSorted((a, b) => (b[1] ?? '').length - (a[1] ?? '').length)[0]?.[2] ?? '';
}

function versionOf(program: string, otherwise: string): string {
  const path = findProgram(program);
  if (path === undefined) return otherwise;
  const first = execFileSync(path, ['--version']).toString().split('\n')[0] ?? '';
  return first.replaceAll('$', '').replace('dcmtk: storescu', 'DCMTK').replace(path, program).trim();
}
