/** What a server costs, read from /proc: processor time and memory of its process and all its children. */
import { readdirSync, readFileSync } from 'node:fs';

/** Ticks of /proc are 10 ms on every Linux that Node runs on. */
const TICK_MS = 10;

/** User and system time in ms so far, that of children which have ended included; 0 where there is no /proc. */
export function cpuMs(pid: number): number {
  return tree(pid).reduce((sum, one) => sum + ownCpuMs(one, one === pid), 0);
}

/** Most memory that was ever resident, in MB, summed over the tree. */
export function peakMb(pid: number): number {
  const kb = tree(pid).map((one) => Number(/VmHWM:\s+(\d+)/.exec(read(`/proc/${one}/status`))?.[1] ?? 0));
  return kb.reduce((sum, n) => sum + n, 0) / 1000;
}

/** Memory resident now, in MB, summed over the tree: what processes share counts for each; NaN where there is no /proc. */
export function residentMb(pid: number): number {
  const kb = tree(pid).map((one) => Number(/VmRSS:\s+(\d+)/.exec(read(`/proc/${one}/status`))?.[1] ?? 0));
  return kb.reduce((sum, n) => sum + n, 0) / 1024 || Number.NaN;
}

function ownCpuMs(pid: number, withEnded: boolean): number {
  const fields = read(`/proc/${pid}/stat`).split(') ')[1]?.split(' ') ?? [];
  const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15).map(Number);
  return (user + system + (withEnded ? endedUser + endedSystem : 0)) * TICK_MS;
}

function tree(pid: number): number[] {
  const children = tasks(pid).flatMap((task) => read(`/proc/${pid}/task/${task}/children`).trim().split(/\s+/));
  return [pid, ...children.filter((child) => child !== '').flatMap((child) => tree(Number(child)))];
}

function tasks(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
