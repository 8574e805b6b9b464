/**
 * Worker threads for work that would block the event loop. They start when there is work and end when there has been
 * none for a while. Every caller is answered: a job that throws rejects its own promise only, a job that runs too long
 * or kills its thread is answered with the code it asked for, and the next job gets a fresh thread.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { ArchiveError, ERRORS, type ErrorCode } from '../errors.ts';
import type { JobName, Jobs, Reply, Request } from './jobs.ts';

export interface PoolSettings {
  /** The module that a thread runs. */
  readonly script: URL;
  /** Threads at most. Heavy jobs leave one of them to the others. */
  readonly size: number;
  readonly idleMs: number;
  /** V8 heap of a thread; typed arrays and WASM memory are bounded by the jobs themselves. */
  readonly heapMb: number;
}

export interface RunOptions {
  readonly timeoutMs: number;
  /** What the caller is told when the thread dies or the time is up. */
  readonly failure: ErrorCode;
  /** Rendering: may wait behind metadata and frame tables. */
  readonly heavy?: boolean;
  /** Made ahead of being asked for: runs alone, only while nobody waits, and while a thread stays free for who comes. */
  readonly background?: boolean;
  /** Gives up waiting: a job not yet begun is taken back. */
  readonly signal?: AbortSignal;
}

/** What a thread is given to finish when the pool needs it no more. */
const LEAVE_MS = 5000;

interface Task {
  readonly request: Request;
  readonly options: RunOptions;
  resolve(output: unknown): void;
  reject(error: Error): void;
}

interface Thread {
  readonly worker: Worker;
  task: Task | undefined;
  timer: NodeJS.Timeout | undefined;
}

export class WorkerPool {
  readonly #settings: PoolSettings;
  readonly #threads = new Set<Thread>();
  #waiting: Task[] = [];
  #closed = false;

  constructor(settings: PoolSettings) {
    this.#settings = settings;
  }

  /** Threads alive. */
  get threads(): number {
    return this.#threads.size;
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

  /** Ends all threads; whoever still waits is told so. */
  async close(): Promise<void> {
    this.#closed = true;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const task of waiting) task.reject(new ArchiveError('INTERNAL', 'the appliance is stopping'));
    await Promise.all([...this.#threads].map((thread) => this.#leave(thread, 'the appliance is stopping')));
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
      const thread = [...this.#threads].find((candidate) => !candidate.task) ?? this.#start();
      this.#waiting.splice(this.#waiting.indexOf(task), 1);
      this.#give(thread, task);
    }
  }

  /** Light jobs first; heavy ones only while one thread would stay free for a light one; what nobody waits for last. */
  #next(): Task | undefined {
    const busy = [...this.#threads].filter((thread) => thread.task);
    if (busy.length >= this.#settings.size) return undefined;
    const asked = this.#waiting.filter((task) => !task.options.background);
    const light = asked.find((task) => !task.options.heavy);
    if (light) return light;
    const heavy = busy.filter(({ task }) => task?.options.heavy && !task.options.background).length;
    if (asked.length > 0) return heavy < Math.max(1, this.#settings.size - 1) ? asked[0] : undefined;
    return busy.length < Math.max(1, this.#settings.size - 1) ? this.#waiting[0] : undefined;
  }

  #start(): Thread {
    const worker = new Worker(this.#settings.script, {
      resourceLimits: { maxOldGenerationSizeMb: this.#settings.heapMb },
    });
    const thread: Thread = { worker, task: undefined, timer: undefined };
    worker.on('message', (reply: Reply) => this.#answered(thread, reply));
    worker.on('error', (error) => void this.#end(thread, `the render worker failed: ${error.message}`));
    worker.on('exit', () => void this.#end(thread, 'the render worker ended'));
    this.#threads.add(thread);
    return thread;
  }

  #give(thread: Thread, task: Task): void {
    clearTimeout(thread.timer);
    thread.task = task;
    thread.worker.ref();
    const seconds = task.options.timeoutMs / 1000;
    thread.timer = setTimeout(
      () => void this.#end(thread, `not finished after ${seconds} s`),
      task.options.timeoutMs,
    ).unref();
    thread.worker.postMessage(task.request);
  }

  #answered(thread: Thread, reply: Reply): void {
    const task = thread.task;
    clearTimeout(thread.timer);
    thread.task = undefined;
    thread.worker.unref();
    thread.timer = setTimeout(() => void this.#leave(thread, 'idle'), this.#settings.idleMs).unref();
    if (task) settle(task, reply);
    this.#dispatch();
  }

  /** Lets a thread finish what it does and end by itself; it is ended when that takes too long. */
  async #leave(thread: Thread, reason: string): Promise<void> {
    if (!this.#release(thread, reason)) return;
    const exited = once(thread.worker, 'exit');
    thread.worker.postMessage('close');
    const late = setTimeout(() => void thread.worker.terminate(), LEAVE_MS);
    await exited;
    clearTimeout(late);
  }

  async #end(thread: Thread, reason: string): Promise<void> {
    if (!this.#release(thread, reason)) return;
    const ended = thread.worker.terminate();
    this.#dispatch();
    await ended;
  }

  /** The thread gets no more work, and who waits for it is answered; false when it was released before. */
  #release(thread: Thread, reason: string): boolean {
    if (!this.#threads.delete(thread)) return false;
    clearTimeout(thread.timer);
    const task = thread.task;
    thread.task = undefined;
    task?.reject(new ArchiveError(task.options.failure, reason));
    return true;
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
