/**
 * Storage commitment as SCP (PS3.4 Annex J): what devices ask us to vouch for. A request is in records.sqlite before it
 * is answered; each instance is checked against its file; the report is delivered until the device has confirmed it.
 */
import type { Archive } from '../archive/archive.ts';
import type {
  Acceptance,
  CommitmentInstanceRow,
  CommitmentLimits,
  CommitmentRow,
  CommitmentSearch,
  CommitmentState,
} from '../db/operations/commitments.ts';
import { type CommitmentRequest, type CommitmentResult, FAILURE_REASON } from '../dicom/storage-commitment.ts';
import type { Log } from '../log.ts';
import { type AttemptOutcome, AttemptQueue } from './attempt-queue.ts';
import { checkInstance } from './check-instance.ts';
import { UntilWritten } from './until-written.ts';

/** The device at the other end. */
export interface CommitmentPeer {
  readonly aeTitle: string;
  /** Where it asks from. */
  readonly address: string;
}

export interface CommitmentReport extends CommitmentPeer {
  readonly transactionUid: string;
  readonly results: readonly CommitmentResult[];
}

export interface CommitmentSettings {
  readonly archive: Archive;
  readonly log: Log;
  /** Transactions of one device that may be open. */
  readonly mostOpen: number;
  /** How long a report is tried. Milliseconds. */
  readonly patience: number;
  /** Pauses between attempts. Milliseconds. */
  readonly pauses?: readonly number[];
}

const [SECOND, MINUTE] = [1000, 60_000];
export const PAUSES: readonly number[] = [10 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, 60 * MINUTE];
const INSTANCES_PER_TRANSACTION = 100;

/** A queue of a thousand transactions holds a hundred instances each, or a few large ones. */
export function limitsOf(mostOpen: number): CommitmentLimits {
  const instances = Math.max(10_000, mostOpen * INSTANCES_PER_TRANSACTION);
  return { open: mostOpen, openInstances: instances, ended: 1000, endedInstances: instances };
}

export class Commitments {
  readonly #settings: CommitmentSettings;
  readonly #queue: AttemptQueue;
  readonly #toCheck = new Map<string, number[]>();
  readonly #books: UntilWritten;
  #deliver: ((report: CommitmentReport) => Promise<AttemptOutcome>) | undefined;
  #checking: Promise<void> | undefined;

  constructor(settings: CommitmentSettings) {
    this.#settings = settings;
    this.#books = new UntilWritten(settings.log);
    this.#queue = new AttemptQueue({
      attempt: (id) => this.#report(id),
      gaveUp: (id) => this.#gaveUp(id),
      pauses: settings.pauses ?? PAUSES,
      patience: settings.patience,
    });
  }

  /** Goes on with what was open when the appliance ended. @param deliver must not throw */
  async start(deliver: (report: CommitmentReport) => Promise<AttemptOutcome>): Promise<void> {
    this.#deliver = deliver;
    for (const row of await this.#database.read('openCommitments', { side: 'scp' })) this.#goOn(row);
  }

  /** Takes a request; it is on stable storage when this resolves. 'full': the device has too many open. */
  async accept({ transactionUid, references }: CommitmentRequest, peer: CommitmentPeer): Promise<Acceptance> {
    const createdAt = now();
    const acceptance = await this.#database.write('acceptCommitment', {
      ...peer,
      side: 'scp',
      transactionUid,
      references,
      duplicateReason: FAILURE_REASON.duplicateTransaction,
      limits: limitsOf(this.#settings.mostOpen),
      now: createdAt,
    });
    if (acceptance.kind !== 'new' && acceptance.kind !== 'duplicate') return acceptance;
    const state = acceptance.kind === 'new' ? 'checking' : 'reporting';
    this.#goOn({ id: acceptance.id, aeTitle: peer.aeTitle, state, createdAt });
    return acceptance;
  }

  /** The device has shown itself: reports that wait for it are due. */
  deviceIsHere(aeTitle: string): void {
    this.#queue.nudge(aeTitle);
  }

  /** Both sides, newest first. */
  list(search: CommitmentSearch): Promise<CommitmentRow[]> {
    return this.#database.read('listCommitments', search);
  }

  get(id: number): Promise<(CommitmentRow & { instances: CommitmentInstanceRow[] }) | undefined> {
    return this.#database.read('commitmentById', { id });
  }

  /** Begins nothing more; resolves when what is under way has ended. */
  async stop(): Promise<void> {
    this.#books.stop();
    await Promise.all([this.#queue.stop(), this.#checking]);
  }

  get #database() {
    return this.#settings.archive.database;
  }

  #goOn({ id, aeTitle, state, createdAt }: Pick<CommitmentRow, 'id' | 'aeTitle' | 'state' | 'createdAt'>): void {
    if (state !== 'checking') {
      this.#queue.add({ id, lane: aeTitle, since: Date.parse(createdAt) });
      return;
    }
    const others = this.#toCheck.get(aeTitle);
    if (others === undefined) this.#toCheck.set(aeTitle, [id]);
    else others.push(id);
    this.#checking ??= this.#checkAll();
  }

  /** One after the other: the disk belongs to the modalities first. */
  async #checkAll(): Promise<void> {
    await this.#unlessStopped(this.#settings.archive.rebuilt());
    for (let id = this.#nextToCheck(); id !== undefined; id = this.#nextToCheck()) {
      await this.#books.run(() => this.#check(id as number));
    }
    this.#checking = undefined;
  }

  /** Devices take turns. */
  #nextToCheck(): number | undefined {
    if (this.#books.signal.aborted) return undefined;
    for (const [device, ids] of this.#toCheck) {
      const next = ids.shift();
      this.#toCheck.delete(device);
      if (ids.length > 0) this.#toCheck.set(device, ids);
      return next;
    }
    return undefined;
  }

  async #check(id: number): Promise<void> {
    const row = await this.get(id);
    if (row === undefined || row.state !== 'checking') return;
    const failureReasons: number[] = [];
    const { signal } = this.#books;
    for (const instance of row.instances) {
      failureReasons.push(await checkInstance(this.#settings.archive, instance, this.#settings.log, signal));
      if (signal.aborted) return;
    }
    const state: CommitmentState = 'reporting';
    await this.#database.write('settleCommitment', { id, state, failureReasons, ends: false, now: now() });
    this.#goOn({ ...row, state });
  }

  async #report(id: number): Promise<AttemptOutcome> {
    let outcome: AttemptOutcome = { kind: 'failed', of: 'device', error: 'internal error' };
    try {
      const row = await this.get(id);
      if (row === undefined || row.endedAt !== null || this.#deliver === undefined) return { kind: 'done' };
      outcome = await this.#deliver({ ...row, results: row.instances.map(resultOf) });
    } catch (error) {
      this.#settings.log.error({ err: error, commitment: id }, 'a storage commitment cannot be reported');
    }
    const done = outcome.kind === 'done';
    const state: CommitmentState = done ? 'confirmed' : 'reporting';
    const error = outcome.kind === 'done' ? '' : outcome.error;
    // What the device has confirmed is not sent again: it is written down before anything else.
    await this.#books.run(() => this.#database.write('noteCommitment', { id, state, error, ends: done, now: now() }));
    return outcome;
  }

  async #gaveUp(id: number): Promise<void> {
    this.#settings.log.warn({ commitment: id }, 'a storage commitment report was given up');
    await this.#books.run(() =>
      this.#database.write('noteCommitment', { id, state: 'given-up', error: '', ends: true, now: now() }),
    );
  }

  async #unlessStopped(work: Promise<unknown>): Promise<void> {
    const { signal } = this.#books;
    if (signal.aborted) return;
    const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    await Promise.race([work, stopped]);
  }
}

function now(): string {
  return new Date().toISOString();
}

function resultOf({ sopClassUid, sopInstanceUid, failureReason }: CommitmentInstanceRow): CommitmentResult {
  return { sopClassUid, sopInstanceUid, failureReason: failureReason ?? FAILURE_REASON.processingFailure };
}
