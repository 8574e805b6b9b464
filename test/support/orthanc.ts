/** Orthanc as the other side, in a folder of its own on free ports of 127.0.0.1. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freshFolder } from './folders.ts';

export interface Orthanc {
  readonly dicomPort: number;
  /** Calls its REST interface; a Buffer goes as it is. @throws with its answer when that is no success */
  rest(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<unknown>;
  end(): Promise<void>;
}

/** Path of the program, or undefined (and one clear line) when it is not installed. */
export function orthancProgram(): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'];
  const found = folders.map((folder) => join(folder, 'Orthanc')).find((path) => existsSync(path));
  if (found === undefined) console.warn('skipped: Orthanc is not installed');
  return found;
}

/** Its AE title is ORTHANC. @param more settings @param clinicPort where CLINICPACS listens */
export async function startOrthanc(program: string, clinicPort: number, more: object = {}): Promise<Orthanc> {
  const folder = freshFolder();
  const [dicomPort, httpPort] = [await freePort(), await freePort()];
  const settings = {
    ...{
      StorageDirectory: folder,
      IndexDirectory: folder,
      DicomAet: 'ORTHANC',
      DicomPort: dicomPort,
      HttpPort: httpPort,
    },
    ...{ AuthenticationEnabled: false, Plugins: [], DicomCheckModalityHost: false },
    DicomModalities: {
      clinic: { AET: 'CLINICPACS', Host: '127.0.0.1', Port: clinicPort, AllowStorageCommitment: true },
    },
    ...more,
  };
  writeFileSync(join(folder, 'orthanc.json'), JSON.stringify(settings));
  const child = spawn(program, [join(folder, 'orthanc.json')], { stdio: 'ignore' });
  const rest = restOf(`http://127.0.0.1:${httpPort}`);
  await untilItAnswers(child, rest);
  return {
    dicomPort,
    rest,
    async end() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function restOf(url: string): Orthanc['rest'] {
  return async (method, path, body) => {
    const given =
      body === undefined ? {} : { body: Buffer.isBuffer(body) ? new Uint8Array(body) : JSON.stringify(body) };
    const response = await fetch(url + path, { method, ...given });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  };
}

async function untilItAnswers(child: ChildProcess, rest: Orthanc['rest']): Promise<void> {
  while (child.exitCode === null) {
    const answer = await rest('GET', '/system').catch(() => undefined);
    if (answer !== undefined) return;
    await delay(50);
  }
  throw new Error(`Orthanc ended at start: ${child.exitCode}`);
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Resolves when a program listens on a port of 127.0.0.1. @throws when it has ended instead */
export async function untilOpen(child: ChildProcess, port: number): Promise<void> {
  while (child.exitCode === null) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect({ host: '127.0.0.1', port }, () => resolve(true)).on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (open) return;
    await delay(50);
  }
  throw new Error(`it ended at start: ${child.exitCode}`);
}
