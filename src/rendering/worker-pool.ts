/**
 * Processes for work on what came from outside. They start when there is work and end when there has been none for a
 * while; memory that image libraries keep goes with them, and one that crashes on a hostile image takes nobody along.
 * Every caller is answered: a job that throws rejects its own promise only, a job that runs too long or kills its process
 * is answered with the code it asked for, and the next job gets a fresh process.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { ERRORS, type ErrorCode } from '../error-table.ts';
import { ArchiveError } from '../errors.ts';
import { endWithUs } from './end-with-us.ts';
import type { JobName, Jobs, Reply, Request } from './jobs.ts';
import { closeSpill, openSpill, unspill } from './spill.ts';

export interface PoolSettings {
  /** The module that a process runs. */
  readonly script: URL;
  /** Processes at most. Heavy jobs leave one of them to the others. */
  readonly size: number;
  readonly idleMs: number;
  /** V8 heap of a process; typed arrays and WASM memory are bounded by the jobs themselves. */
  readonly heapMb: number;
  /** Where large outputs pass through a file without a name. */
  readonly spillFolder: string;
}

export interface RunOptions {
  readonly timeoutMs: number;
  /** What the caller is told when the process dies or the time is up. */
  readonly failure: ErrorCode;
  /** Rendering: may wait behind metadata and frame tables. */
  readonly heavy?: boolean;
  /** Made ahead of being asked for: runs alone, only while nobody waits, and while a process stays free for who comes. */
  readonly background?: boolean;
  /** Gives up waiting: a job not yet begun is taken back. */
  readonly signal?: AbortSignal;
}

/** V8 would let the young generation grow to 128 MB and keep it. */
const YOUNG_MB = 4;

interface Task {
  readonly request: Request;
  readonly options: RunOptions;
  resolve(output: unknown): void;
  reject(error: Error): void;
}

interface Worker {
  readonly child: ChildProcess;
  readonly exited: Promise<void>;
  readonly spill: number | undefined;
  task: Task | undefined;
  timer: NodeJS.Timeout | undefined;
}

export class WorkerPool {
  readonly #settings: PoolSettings;
  readonly #workers = new Set<Worker>();
  #waiting: Task[] = [];
  #closed = false;

  constructor(settings: PoolSettings) {
    this.#settings = settings;
  }

  /** Processes alive. */
  get workers(): number {
    return this.#workers.size;
  }

  run<Name extends JobName>(
    name: Name,
    input: Jobs[Name]['input'],
    options: RunOptions,
  ): Promise<Jobs[Name]['output']> {
    if (this.#closed) return Promise.reject(new ArchiveError('INTERNAL', 'the render workers are closed'));
    return new Promise<Jobs[Name]['output']>((resolve, reject) => {
      if (options.signal?.aborted) return reject(abandoned());
      const task: Task = { request: { name, input }, options, resolve: resolve as Task['resolve'], reject };
      this.#waiting.push(task);
      options.signal?.addEventListener('abort', () => this.#takeBack(task), { once: true });
      this.#dispatch();
    });
  }

  /** Ends all processes; whoever still waits is told so. */
  async close(): Promise<void> {
    this.#closed = true;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const task of waiting) task.reject(new ArchiveError('INTERNAL', 'the appliance is stopping'));
    const workers = [...this.#workers];
    for (const worker of workers) this.#end(worker, 'the appliance is stopping');
    await Promise.all(workers.map(({ exited }) => exited));
  }

  #takeBack(task: Task): void {
    const at = this.#waiting.indexOf(task);
    if (at < 0) return;
    this.#waiting.splice(at, 1);
    task.reject(abandoned());
  }

  #dispatch(): void {
    for (;;) {
      const task = this.#next();
      if (!task) return;
      const worker = [...this.#workers].find((candidate) => !candidate.task) ?? this.#start();
      this.#waiting.splice(this.#waiting.indexOf(task), 1);
      this.#give(worker, task);
    }
  }

  /** Light jobs first; heavy ones only while one process would stay free for a light one; what nobody waits for last. */
  #next(): Task | undefined {
    const busy = [...this.#workers].filter((worker) => worker.task);
    if (busy.length >= this.#settings.size) return undefined;
    const asked = this.#waiting.filter((task) => !task.options.background);
    const light = asked.find((task) => !task.options.heavy);
    if (light) return light;
    const heavy = busy.filter(({ task }) => task?.options.heavy && !task.options.background).length;
    if (asked.length > 0) return heavy < Math.max(1, this.#settings.size - 1) ? asked[0] : undefined;
    return busy.length < Math.max(1, this.#settings.size - 1) ? this.#waiting[0] : undefined;
  }

  #start(): Worker {
    const spill = openSpill(this.#settings.spillFolder);
    const child = fork(this.#settings.script, spill === undefined ? [] : ['spill'], {
      execArgv: [`--max-old-space-size=${this.#settings.heapMb}`, `--max-semi-space-size=${YOUNG_MB}`],
      stdio: ['ignore', 'ignore', 'ignore', spill ?? 'ignore', 'ipc'],
      serialization: 'advanced',
    });
    endWithUs(child);
    const exited = new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
      child.once('error', () => resolve());
    });
    const worker: Worker = { child, exited, spill, task: undefined, timer: undefined };
    child.on('message', (reply: Reply) => void this.#answered(worker, reply));
    child.once('error', (error) => this.#end(worker, `no render process: ${error.message}`));
    child.once('exit', (code, signal) => this.#end(worker, `the render process ended: ${signal ?? `exit ${code}`}`));
    void exited.then(() => closeSpill(spill));
    this.#workers.add(worker);
    return worker;
  }

  #give(worker: Worker, task: Task): void {
    clearTimeout(worker.timer);
    worker.task = task;
    hold(worker.child);
    const seconds = task.options.timeoutMs / 1000;
    worker.timer = setTimeout(
      () => this.#end(worker, `not finished after ${seconds} s`),
      task.options.timeoutMs,
    ).unref();
    worker.child.send(task.request, (error) => error && this.#end(worker, `no render process: ${error.message}`));
  }

  /** The worker is free again when its file has been read. */
  async #answered(worker: Worker, reply: Reply): Promise<void> {
    const task = worker.task;
    if (!task) return;
    const whole = await received(worker, reply);
    if (worker.task !== task) return;
    clearTimeout(worker.timer);
    worker.task = undefined;
    letGo(worker.child);
    worker.timer = setTimeout(() => this.#leave(worker), this.#settings.idleMs).unref();
    settle(task, whole);
    if (reply.tired) this.#leave(worker);
    this.#dispatch();
  }

  /** A process without work ends by itself when nobody can ask it any more. */
  #leave(worker: Worker): void {
    if (this.#release(worker, 'idle') && worker.child.connected) worker.child.disconnect();
  }

  #end(worker: Worker, reason: string): void {
    if (!this.#release(worker, reason)) return;
    worker.child.kill('SIGKILL');
    this.#dispatch();
  }

  /** The process gets no more work, and who waits for it is answered; false when it was released before. */
  #release(worker: Worker, reason: string): boolean {
    if (!this.#workers.delete(worker)) return false;
    clearTimeout(worker.timer);
    const task = worker.task;
    worker.task = undefined;
    task?.reject(new ArchiveError(task.options.failure, reason));
    return true;
  }
}

/** While it works, the process keeps ours from ending. */
function hold(child: ChildProcess): void {
  child.ref();
  child.channel?.ref();
}

function letGo(child: ChildProcess): void {
  child.unref();
  child.channel?.unref();
}

async function received({ spill }: Worker, reply: Reply): Promise<Reply> {
  if (spill === undefined || !('output' in reply)) return reply;
  try {
    return { output: await unspill(reply.output, spill) };
  } catch (error) {
    return { error: { detail: `spill: ${(error as Error).message}`, stack: '' } };
  }
}

function settle(task: Task, reply: Reply): void {
  if ('output' in reply) task.resolve(reply.output);
  else task.reject(failureOf(reply.error));
}

function failureOf({ code, detail, stack }: { code?: string; detail: string; stack: string }): ArchiveError {
  if (code !== undefined && code in ERRORS) return new ArchiveError(code as ErrorCode, detail);
  return new ArchiveError('INTERNAL', '', { cause: Object.assign(new Error(detail), { stack }) });
}

function abandoned(): Error {
  return new ArchiveError('REQUEST_INVALID', 'the client went away');
}
