import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const PATIENCE_MS = 60_000;
/** Signals are a matter of POSIX systems. */
const posix = process.platform !== 'win32';

let dataDir: string;
let launcher: ChildProcess | undefined;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'start-'));
});
afterEach(async () => {
  if (launcher?.exitCode === null && launcher.signalCode === null) {
    launcher.kill('SIGKILL');
    await once(launcher, 'exit');
  }
  launcher = undefined;
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
});

function launch(command: string, args: string[]) {
  const ports = ['--dicom-port', '0', '--dicom-tls-port', '0', '--http-port', '0'];
  const options = ['--data', dataDir, '--host', '127.0.0.1', ...ports];
  const child = spawn(command, [...args, ...options], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  launcher = child;
  return child;
}

/** Starts the appliance as people do and waits for its greeting; resolves to its DICOM port. */
async function start(command: string, args: string[]): Promise<number> {
  const child = launch(command, args);
  let said = '';
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`ended with ${code}: ${said}`)));
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        const port = /DICOM +AE .*127\.0\.0\.1:(\d+)/.exec(said)?.[1];
        if (port !== undefined) resolve(Number(port));
      });
    }
  });
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

async function untilSilent(port: number): Promise<void> {
  while (await isListening(port)) await delay(50);
}

describe.skipIf(!posix)('The launcher', () => {
  it(
    'passes a request to stop on to the appliance and ends as it does',
    async () => {
      const port = await start('node', ['installer/setup/start.mjs']);
      expect(await isListening(port)).toBe(true);
      launcher?.kill('SIGTERM');
      expect(await once(launcher as ChildProcess, 'exit')).toEqual([0, null]);
      expect(await isListening(port)).toBe(false);
    },
    PATIENCE_MS,
  );

  it(
    'passes it on to one that is still starting, which stops in order as well',
    async () => {
      const child = launch('node', ['installer/setup/start.mjs']);
      while (!existsSync(join(dataDir, 'index.sqlite'))) await delay(5);
      child.kill('SIGTERM');
      expect(await once(child, 'exit')).toEqual([0, null]);
    },
    PATIENCE_MS,
  );

  it.runIf(process.platform === 'linux')(
    'bounds what the C library keeps of the memory of its child',
    async () => {
      await start('node', ['installer/setup/start.mjs']);
      const { pid } = launcher as ChildProcess;
      const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
        readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(' '),
      );
      const appliance = children.find((child) => child !== '');
      expect(readFileSync(`/proc/${appliance}/environ`, 'latin1').split('\0')).toContain('MALLOC_ARENA_MAX=2');
    },
    PATIENCE_MS,
  );

  it(
    'does the same under npm start',
    async () => {
      const port = await start('npm', ['start', '--']);
      launcher?.kill('SIGTERM');
      await once(launcher as ChildProcess, 'exit');
      await untilSilent(port);
    },
    PATIENCE_MS,
  );

  it(
    'takes the appliance with it when it is killed',
    async () => {
      const port = await start('node', ['installer/setup/start.mjs']);
      launcher?.kill('SIGKILL');
      await untilSilent(port);
    },
    PATIENCE_MS,
  );

  it(
    'says so when there is no such command',
    async () => {
      const child = spawn('node', ['installer/setup/start.mjs', '--command', '../main'], { cwd: ROOT });
      let said = '';
      child.stderr.on('data', (chunk) => {
        said += chunk;
      });
      expect((await once(child, 'close'))[0]).toBe(1);
      expect(said).toContain("There is no command '../main'");
    },
    PATIENCE_MS,
  );
});
