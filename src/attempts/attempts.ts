/**
 * The record of connections to the DICOM ports. Equal ones (address, calling AE, diagnosis) are one record with a count;
 * the number of records is bounded, so that neither a port scanner nor a device that retries every second can fill the
 * disk or push the others out. Records are taken in memory and written together a moment later.
 */
import type { Database } from '../db/database.ts';
import type { Log } from '../log.ts';
import type { AttemptFacts } from './attempt.ts';
import { bounded } from './bounded.ts';
import { diagnose } from './diagnose.ts';
import { DIAGNOSIS_CODES, type DiagnosisCode, diagnosis } from './diagnoses.ts';
import { superfluous } from './superfluous.ts';

export interface Attempt {
  readonly id: number;
  readonly code: DiagnosisCode;
  readonly times: number;
  /** ISO 8601, UTC. */
  readonly firstAt: string;
  readonly lastAt: string;
  /** Of the last time. */
  readonly facts: AttemptFacts;
}

export interface AttemptLimits {
  /** Records in all. */
  readonly total: number;
  /** Of one address. */
  readonly perAddress: number;
}

const LIMITS: AttemptLimits = { total: 500, perAddress: 50 };
const WRITE_MS = 1000;

export class Attempts {
  readonly #database: Database;
  readonly #log: Log;
  readonly #limits: AttemptLimits;
  /** The one that came last is last. */
  readonly #records = new Map<string, Attempt>();
  readonly #listeners = new Set<() => void>();
  readonly #changed = new Set<string>();
  /** Those that have a row: a record that comes and goes between two writes costs none. */
  readonly #written = new Set<number>();
  #removed: number[] = [];
  #nextId = 1;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  private constructor(database: Database, log: Log, limits: AttemptLimits) {
    this.#database = database;
    this.#log = log;
    this.#limits = limits;
  }

  static async open(database: Database, log: Log, limits = LIMITS): Promise<Attempts> {
    const attempts = new Attempts(database, log, limits);
    for (const { facts, code, ...row } of await database.read('listAttempts', {})) {
      attempts.#nextId = Math.max(attempts.#nextId, row.id + 1);
      if (!isCode(code)) continue;
      attempts.#written.add(row.id);
      const attempt = { ...row, code, facts: JSON.parse(facts) as AttemptFacts };
      attempts.#records.set(keyOf(attempt), attempt);
    }
    return attempts;
  }

  /** Takes what a door saw of a connection; never throws, waits for nothing. */
  record(seen: AttemptFacts): void {
    const code = diagnose(seen);
    const facts = bounded(seen);
    const key = keyOf({ code, facts });
    const known = this.#records.get(key);
    if (known === undefined) this.#makeRoom(facts.address);
    const attempt: Attempt = {
      id: known?.id ?? this.#nextId++,
      code,
      times: (known?.times ?? 0) + 1,
      firstAt: known?.firstAt ?? facts.at,
      lastAt: facts.at,
      facts,
    };
    this.#records.delete(key);
    this.#records.set(key, attempt);
    this.#touched(key);
  }

  /** Newest first. */
  list(): Attempt[] {
    return [...this.#records.values()].reverse();
  }

  get(id: number): Attempt | undefined {
    return this.list().find((attempt) => attempt.id === id);
  }

  /** Records that somebody should look at. */
  get noteworthy(): number {
    let count = 0;
    for (const { code } of this.#records.values()) if (diagnosis(code).level !== 'ok') count++;
    return count;
  }

  /** A device was approved: what its approval puts right is settled. */
  settle(callingAe: string, address: string): void {
    for (const [key, { code, facts }] of this.#records) {
      const same = facts.address === address && facts.request?.callingAe === callingAe;
      if (same && diagnosis(code).approvable) this.#remove(key);
    }
    this.#touched();
  }

  /** @returns what ends the listening */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Writes what waits; resolves when it is on the disk, or after a failure that will be tried again. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  #makeRoom(address: string): void {
    const victim = superfluous(this.#records, this.#limits, address);
    if (victim !== undefined) this.#remove(victim);
  }

  #remove(key: string): void {
    const attempt = this.#records.get(key);
    if (attempt !== undefined && this.#written.has(attempt.id)) this.#removed.push(attempt.id);
    this.#records.delete(key);
    this.#changed.delete(key);
  }

  #touched(key?: string): void {
    if (key !== undefined) this.#changed.add(key);
    this.#timer ??= setTimeout(() => void this.flush(), WRITE_MS).unref();
    for (const listener of this.#listeners) listener();
  }

  async #write(): Promise<void> {
    const keys = [...this.#changed];
    const removed = this.#removed;
    if (keys.length === 0 && removed.length === 0) return;
    this.#changed.clear();
    this.#removed = [];
    const attempts = keys.flatMap((key) => this.#records.get(key) ?? []);
    const rows = attempts.map((attempt) => ({ ...attempt, facts: JSON.stringify(attempt.facts) }));
    try {
      for (const { id } of rows) this.#written.add(id);
      await this.#database.write('saveAttempts', { rows, removed });
      for (const id of removed) this.#written.delete(id);
    } catch (error) {
      this.#log.warn({ err: error }, 'connection attempts cannot be written; they wait in memory');
      for (const key of keys) if (this.#records.has(key)) this.#changed.add(key);
      this.#removed = [...removed, ...this.#removed];
      this.#timer ??= setTimeout(() => void this.flush(), WRITE_MS * 10).unref();
    }
  }
}

function keyOf({ code, facts }: Pick<Attempt, 'code' | 'facts'>): string {
  return JSON.stringify([facts.address, facts.request?.callingAe ?? null, code]);
}

function isCode(code: string): code is DiagnosisCode {
  return DIAGNOSIS_CODES.includes(code as DiagnosisCode);
}
