/** Other programs: where they are, and running them without leaving one behind. */
import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const FOLDERS = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'];

/** The path of an installed program. */
export function findProgram(name: string): string | undefined {
  return FOLDERS.map((folder) => join(folder, name)).find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

const running = new Set<ChildProcess>();

/** Starts a server that `endAll` ends at the latest. */
export function startProgram(path: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  const child = spawn(path, args, { stdio: 'ignore', env: { ...process.env, ...env } });
  track(child);
  return child;
}

export function track(child: ChildProcess): void {
  running.add(child);
  child.once('exit', () => running.delete(child));
  child.once('error', () => running.delete(child));
}

/** Ends one program and waits for its end; after 10 s by force. */
export async function endProgram(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(force);
}

/** Ends whatever is still running, by its process id. */
export async function endAll(): Promise<void> {
  await Promise.all([...running].map(endProgram));
}

const LONGEST_RUN_MS = 180_000;

/** Runs a program to its end. @throws Error with the end of its output when it fails or takes longer than 3 minutes */
export async function runProgram(path: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<void> {
  const child = spawn(path, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  track(child);
  let output = '';
  const read = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-2000);
  };
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  const limit = setTimeout(() => child.kill('SIGKILL'), LONGEST_RUN_MS);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  clearTimeout(limit);
  if (code !== 0) throw new Error(`${path} ended with ${code}:\n${output}`);
}
