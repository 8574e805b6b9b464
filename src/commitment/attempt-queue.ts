/**
 * Work that needs a device at the other end: tried at once, again after growing pauses, and given up in the end. One
 * attempt at a time for each device; a device that cannot be reached pauses with all its work, so that a thousand
 * transactions of a device that is switched off cost as many connections as one.
 */

/** What became of an attempt: `device` says that the next one would fare no better, `task` that this one is special. */
export type AttemptOutcome = { kind: 'done' } | { kind: 'failed'; of: 'device' | 'task'; error: string };

export interface AttemptTask {
  readonly id: number;
  /** The device. */
  readonly lane: string;
  /** When it began, milliseconds since 1970. */
  readonly since: number;
}

export interface AttemptSettings {
  /** Has written its outcome down when it resolves. Must not throw. */
  readonly attempt: (id: number) => Promise<AttemptOutcome>;
  readonly gaveUp: (id: number) => Promise<void>;
  /** Pauses after the first, second, … failed attempt; the last one holds for all later ones. Milliseconds. */
  readonly pauses: readonly number[];
  /** How long a task is tried. Milliseconds. */
  readonly patience: number;
  /** Attempts at a time, of all devices together. */
  readonly atOnce?: number;
}

interface Waiting extends AttemptTask {
  failures: number;
  dueAt: number;
}

interface Lane {
  readonly tasks: Map<number, Waiting>;
  failures: number;
  dueAt: number;
  busy: boolean;
}

const AT_ONCE = 4;
/** The clock of the computer may be set: nothing waits for longer than this without a look at it. */
const LONGEST_TIMER_MS = 60 * 60_000;

export class AttemptQueue {
  readonly #settings: AttemptSettings;
  readonly #lanes = new Map<string, Lane>();
  #running = 0;
  #stopped = false;
  #timer: NodeJS.Timeout | undefined;
  #idle: (() => void) | undefined;

  constructor(settings: AttemptSettings) {
    this.#settings = settings;
  }

  /** Takes a task; it is due at once, or as soon as its device is. */
  add(task: AttemptTask): void {
    const lane = this.#lanes.get(task.lane) ?? { tasks: new Map(), failures: 0, dueAt: 0, busy: false };
    this.#lanes.set(task.lane, lane);
    lane.tasks.set(task.id, { ...task, failures: 0, dueAt: 0 });
    this.#pump();
  }

  /** The device has shown itself: what waits for it is due now. */
  nudge(name: string): void {
    const lane = this.#lanes.get(name);
    if (lane === undefined) return;
    lane.dueAt = 0;
    for (const task of lane.tasks.values()) task.dueAt = 0;
    this.#pump();
  }

  remove(name: string, id: number): void {
    this.#lanes.get(name)?.tasks.delete(id);
  }

  /** Begins nothing more; resolves when the attempts under way have ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    if (this.#running === 0) return;
    await new Promise<void>((resolve) => {
      this.#idle = resolve;
    });
  }

  #pump(): void {
    if (this.#stopped) return;
    const now = Date.now();
    let next = now + LONGEST_TIMER_MS;
    for (const [name, lane] of this.#lanes) {
      // Whoever ends pumps again.
      if (this.#running >= (this.#settings.atOnce ?? AT_ONCE)) break;
      if (lane.busy) continue;
      const task = this.#expired(lane, now) ?? this.#due(lane, now);
      if (task !== undefined) this.#run(lane, task, now);
      else if (lane.tasks.size === 0) this.#lanes.delete(name);
      else next = Math.min(next, this.#nextDue(lane));
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#pump(), Math.max(10, next - now)).unref();
  }

  #expired({ tasks }: Lane, now: number): Waiting | undefined {
    for (const task of tasks.values()) if (this.#isExpired(task, now)) return task;
    return undefined;
  }

  /** A task is tried once whatever its age: the appliance may have been off. */
  #isExpired(task: Waiting, now: number): boolean {
    return now - task.since > this.#settings.patience && task.failures > 0;
  }

  #due(lane: Lane, now: number): Waiting | undefined {
    if (lane.dueAt > now) return undefined;
    for (const task of lane.tasks.values()) if (task.dueAt <= now) return task;
    return undefined;
  }

  #nextDue({ tasks, dueAt }: Lane): number {
    let next = Number.POSITIVE_INFINITY;
    for (const task of tasks.values()) {
      const expires = task.failures > 0 ? task.since + this.#settings.patience : Number.POSITIVE_INFINITY;
      next = Math.min(next, Math.max(dueAt, task.dueAt), expires);
    }
    return next;
  }

  #run(lane: Lane, task: Waiting, now: number): void {
    lane.busy = true;
    this.#running++;
    const work = this.#isExpired(task, now) ? this.#giveUp(lane, task) : this.#try(lane, task);
    void work.finally(() => {
      lane.busy = false;
      this.#running--;
      if (this.#running === 0) this.#idle?.();
      this.#pump();
    });
  }

  async #giveUp(lane: Lane, task: Waiting): Promise<void> {
    lane.tasks.delete(task.id);
    await this.#settings.gaveUp(task.id);
  }

  async #try(lane: Lane, task: Waiting): Promise<void> {
    const outcome = await this.#settings.attempt(task.id);
    if (outcome.kind === 'done') {
      lane.tasks.delete(task.id);
      lane.failures = 0;
      return;
    }
    // To the end of the line: the next attempt is another one's.
    lane.tasks.delete(task.id);
    lane.tasks.set(task.id, task);
    task.failures++;
    task.dueAt = Date.now() + this.#pause(task.failures);
    if (outcome.of === 'task') return;
    lane.failures++;
    lane.dueAt = Date.now() + this.#pause(lane.failures);
    for (const other of lane.tasks.values()) {
      other.failures = Math.max(other.failures, 1);
      other.dueAt = 0;
    }
  }

  #pause(failures: number): number {
    const { pauses } = this.#settings;
    return pauses[Math.min(failures, pauses.length) - 1] ?? 0;
  }
}
