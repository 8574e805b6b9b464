/**
 * The appliance's side of a run: starts the worker process, passes its progress on, and ends it when it shows no sign of
 * life. Nothing here touches a target.
 */
import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { ArchiveError } from '../src/errors.ts';
import type { Progress, Stage } from './back-up-job.ts';
import type { WorkerJob, WorkerMessage, WorkerResult } from './worker.ts';

export interface RunOptions {
  /** Minutes without a sign of life after which the worker is killed; 10 when absent. */
  patienceMinutes?: number;
  onStage?(stage: Stage): void;
  onProgress?(progress: Progress): void;
  /** Stops the run in an orderly way. */
  signal?: AbortSignal;
  /** Milliseconds that an orderly stop may take before the worker is killed; 10 s when absent. */
  stopGraceMs?: number;
  /** The program of the worker; for tests of the watchdog. */
  worker?: string;
  /** Told the process once it is started; for tests that kill it. */
  onStart?(child: ChildProcess): void;
}

const PATIENCE_MINUTES = 10;
/** Bytes a second at which even a slow disk copies a database; the copying itself gives no sign of life. */
const SLOWEST_COPY = 2_000_000;
/** A process that runs beside the appliance on a small PC keeps its young generation small. */
const SMALL_HEAP = ['--max-semi-space-size=4'];
const STOP_GRACE_MS = 10_000;

/**
 * Runs one job in a process of its own.
 * @throws ArchiveError BACKUP_TARGET_MISSING when the watchdog had to end it; the worker's own failure; BACKUP_WRITE_FAILED
 *   when the worker died
 */
export function runInOwnProcess(job: WorkerJob, options: RunOptions = {}): Promise<WorkerResult> {
  return performInOwnProcess<WorkerResult>(options.worker ?? path.join(import.meta.dirname, 'worker.ts'), job, options);
}

/** The same for any program that takes `{ job }` and tells what a worker tells; `Result` is what comes with its `done`. */
export function performInOwnProcess<Result>(
  program: string,
  job: { folder: string },
  options: RunOptions,
): Promise<Result> {
  const child = fork(program, [], {
    execArgv: SMALL_HEAP,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    serialization: 'json',
  });
  options.onStart?.(child);
  return new Promise((resolve, reject) => {
    const watchdog = new Watchdog(child, options.patienceMinutes ?? PATIENCE_MINUTES, (minutes) =>
      reject(hung(job.folder, minutes)),
    );
    const stop = () => {
      child.send('stop', () => undefined);
      setTimeout(() => {
        child.kill('SIGKILL');
        // One that is stuck in the system does not end even now; whoever stops us need not wait for it.
        reject(new ArchiveError('BACKUP_STOPPED', job.folder));
      }, options.stopGraceMs ?? STOP_GRACE_MS).unref();
    };
    options.signal?.addEventListener('abort', stop, { once: true });
    child.on('message', (message: WorkerMessage) => {
      watchdog.seen(message);
      if (message.kind === 'stage') options.onStage?.(message.stage);
      else if (message.kind === 'progress') options.onProgress?.(message.progress);
      else if (message.kind === 'done') resolve(message as unknown as Result);
      else reject(new ArchiveError(message.code, message.detail));
    });
    child.once('error', (error) => reject(new ArchiveError('BACKUP_WRITE_FAILED', error.message, { cause: error })));
    child.once('exit', (code, signal) => {
      watchdog.end();
      options.signal?.removeEventListener('abort', stop);
      reject(new ArchiveError('BACKUP_WRITE_FAILED', `${job.folder}: ${signal ?? `exit ${code}`}`));
    });
    child.send({ job }, (error) => error && reject(new ArchiveError('BACKUP_WRITE_FAILED', error.message)));
  });
}

function hung(folder: string, minutes: number): ArchiveError {
  const detail =
    `${folder}: ${minutes}분 동안 응답이 없어 백업을 중단했습니다. 연결과 전원을 확인해 주세요. / ` +
    `no answer for ${minutes} minutes, so the backup was stopped. Please check its cable and power.`;
  return new ArchiveError('BACKUP_TARGET_MISSING', detail);
}

/** Kills a process that shows no sign of life. One that cannot even be killed (stuck in the system) is let go. */
class Watchdog {
  readonly #child: ChildProcess;
  readonly #minutes: number;
  readonly #onHung: (minutes: number) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(child: ChildProcess, minutes: number, onHung: (minutes: number) => void) {
    this.#child = child;
    this.#minutes = minutes;
    this.#onHung = onHung;
    this.#wait(minutes);
  }

  seen(message: WorkerMessage): void {
    const snapshot = message.kind === 'stage' && message.stage.name === 'snapshot' ? message.stage.bytes : 0;
    this.#wait(this.#minutes + snapshot / SLOWEST_COPY / 60);
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  #wait(minutes: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#child.kill('SIGKILL');
      this.#child.unref();
      this.#child.channel?.unref();
      this.#onHung(Math.ceil(minutes));
    }, minutes * 60_000);
  }
}
