/** The appliance under attack, as a process of its own, and what can be seen of it from outside. */
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { residentMb } from '../bench/server-cost.ts';
import { type ApplianceProcess, startProcess, writeConfig } from '../support/process.ts';
import { startEnvironment } from '../support/setup-module.ts';

const LOOP_WATCH = resolve(import.meta.dirname, 'loop-watch.mjs');
export const PASSWORD = 'correct horse battery';

const device = (aeTitle: string, port: number | null = null) => ({
  name: aeTitle,
  aeTitle,
  host: '127.0.0.1',
  port,
  may: ['store', 'query', 'retrieve', 'worklist'],
});

export class Victim {
  readonly dataDir: string;
  readonly process: ApplianceProcess;
  readonly #loopFile: string;
  readonly #watch: NodeJS.Timeout;
  #mostMb = 0;

  private constructor(dataDir: string, process: ApplianceProcess) {
    this.dataDir = dataDir;
    this.process = process;
    this.#loopFile = loopFileOf(dataDir);
    this.#watch = setInterval(() => this.wholeMemoryMb(), 500).unref();
  }

  static async start(dataDir: string, environment: NodeJS.ProcessEnv = {}): Promise<Victim> {
    mkdirSync(dataDir, { recursive: true });
    const devices = ['MODALITY', 'VIEWER', 'PROBE'].map((ae) => device(ae));
    writeConfig(dataDir, { devices, dicom: { tlsPort: await freePort() }, http: { httpsPort: await freePort() } });
    const { ENVIRONMENT, NODE_OPTIONS } = await startEnvironment();
    const started = await startProcess(dataDir, {
      ...ENVIRONMENT,
      NODE_OPTIONS: [...NODE_OPTIONS, `--import=${LOOP_WATCH}`].join(' '),
      CLINICPACS_FUZZ_LOOP: loopFileOf(dataDir),
      ...environment,
    });
    return new Victim(dataDir, started);
  }

  get dicomPort(): number {
    return this.process.dicomPort;
  }

  get httpUrl(): string {
    return this.process.httpUrl;
  }

  get tlsPort(): number {
    return Number(/DICOM TLS .*?(\d+)\n/.exec(this.process.output())?.[1]);
  }

  get httpsPort(): number {
    return Number(/https:\/\/[^/]*:(\d+)\//.exec(this.process.output())?.[1]);
  }

  get lives(): boolean {
    return this.process.child.exitCode === null && this.process.child.signalCode === null;
  }

  /** Resident memory of the archive's own process in MB; `peak` the most that it ever was. NaN where there is no /proc. */
  memoryMb(what: 'now' | 'peak' = 'now'): number {
    const text = readText(`/proc/${this.#pid}/status`);
    const kb = (what === 'now' ? /VmRSS:\s+(\d+)/ : /VmHWM:\s+(\d+)/).exec(text)?.[1];
    return Number(kb ?? Number.NaN) / 1024;
  }

  /** Most memory from now on. */
  async resetPeak(): Promise<void> {
    const { writeFile } = await import('node:fs/promises');
    await writeFile(`/proc/${this.#pid}/clear_refs`, '5').catch(() => undefined);
  }

  /** With its render processes. */
  wholeMemoryMb(): number {
    const now = residentMb(this.#pid);
    this.#mostMb = Math.max(this.#mostMb, now);
    return now;
  }

  /** The most that was seen of the whole, looking twice a second. */
  get mostMemoryMb(): number {
    return this.#mostMb;
  }

  /** Open sockets, and open image files with bytes in them: both belong to connections and must go with them. */
  descriptors(): { sockets: number; images: number; all: number } {
    const links = this.#links();
    const images = links.filter((link) => link.includes('/images/'));
    return {
      sockets: links.filter((link) => link.startsWith('socket:')).length,
      images: images.filter((path) => path.endsWith(' (deleted)') || sizeOf(path) > 0).length,
      all: links.length - images.length,
    };
  }

  /** Milliseconds for which the event loop was kept busy at a stretch, above 50. */
  blocked(): number[] {
    return readText(this.#loopFile).split('\n').filter(Boolean).map(Number);
  }

  /** Lines of the log that tell of a defect of ours. */
  defects(): string[] {
    const logs = join(this.dataDir, 'logs');
    const text = existsSync(logs)
      ? readdirSync(logs)
          .map((name) => readText(join(logs, name)))
          .join('\n')
      : '';
    return `${text}\n${this.process.output()}`.split('\n').filter((line) => DEFECT.test(line));
  }

  async end(): Promise<void> {
    clearInterval(this.#watch);
    if (this.lives) await this.process.end();
    await sleep(0);
  }

  get #pid(): number {
    return this.process.child.pid as number;
  }

  #links(): string[] {
    const folder = `/proc/${this.#pid}/fd`;
    const names = existsSync(folder) ? readdirSync(folder) : [];
    return names.flatMap((name) => {
      try {
        return [readlinkSync(join(folder, name))];
      } catch {
        return [];
      }
    });
  }
}

/** config.json wants a number for a port that is open at all. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

const DEFECT =
  /a bug ended an association|DIMSE service failed|unhandled|uncaught|an operation|TypeError|RangeError|"code":"INTERNAL"/i;

function loopFileOf(dataDir: string): string {
  return join(dataDir, 'loop-watch.txt');
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
