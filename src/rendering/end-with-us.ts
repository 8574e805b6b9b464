/** A process that is busy without end does not notice that whoever started it was killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/** Reading ends when this process does, however it ends; what ends us politely is not for the shell. */
const WAIT_AND_KILL = 'trap "" HUP INT TERM; read -r nothing; kill -KILL "$0"';

/**
 * Makes a process end with this one, even by kill -9: a shell waits for our end. A thread in the process would do it too,
 * for 11 MB each instead of one. (On Windows the system itself ends the processes that a process has started.)
 */
export function endWithUs(child: ChildProcess): void {
  if (process.platform === 'win32' || child.pid === undefined) return;
  const stdio: ['pipe', 'ignore', 'ignore'] = ['pipe', 'ignore', 'ignore'];
  const shell = spawn('/bin/sh', ['-c', WAIT_AND_KILL, String(child.pid)], { stdio });
  shell.once('error', () => undefined);
  shell.unref();
  // None when the system can start nothing more.
  (shell.stdin as Socket | undefined)?.unref();
  child.once('exit', () => shell.kill('SIGKILL'));
}
