/** The appliance as a process of its own, for tests that end it the hard way. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const MAIN = resolve(import.meta.dirname, '..', '..', 'src', 'main.ts');

export interface ApplianceProcess {
  readonly child: ChildProcess;
  readonly dicomPort: number;
  readonly httpUrl: string;
  /** Everything printed so far. */
  output(): string;
  /** Ends it with a signal and waits for the end; resolves to the exit code. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

export function writeConfig(dataDir: string, config: object): void {
  writeFileSync(join(dataDir, 'config.json'), JSON.stringify(config));
}

/** Starts it on free ports of 127.0.0.1 and waits for its greeting. @throws with its output when it ends instead */
export async function startProcess(dataDir: string, environment: NodeJS.ProcessEnv = {}): Promise<ApplianceProcess> {
  const args = [MAIN, '--data', dataDir, '--host', '127.0.0.1', '--dicom-port', '0', '--http-port', '0'];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, CLINICPACS_ADMIN_PASSWORD: 'correct horse battery', ...environment },
  });
  let printed = '';
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const greeted = new Promise<RegExpExecArray>((resolve) => {
    const read = (chunk: Buffer) => {
      printed += chunk.toString();
      const match = /(http:\/\/127\.0\.0\.1:\d+)\/[\s\S]*127\.0\.0\.1:(\d+)\n/.exec(printed);
      if (match) resolve(match);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
  });
  const match = await Promise.race([greeted, ended.then(() => undefined)]);
  if (!match) throw new Error(`the appliance ended at start:\n${printed}`);
  return {
    child,
    httpUrl: match[1] as string,
    dicomPort: Number(match[2]),
    output: () => printed,
    async end(signal = 'SIGTERM') {
      child.kill(signal);
      return (await ended)[0];
    },
  };
}
