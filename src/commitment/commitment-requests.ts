/**
 * Storage commitment as SCU (PS3.4 Annex J): whether a device vouches for the images that we sent to it. What is to be
 * asked lies in records.sqlite until the device has taken the question, and the question until its report has come.
 */
import type { Database } from '../db/database.ts';
import type { CommitmentState } from '../db/operations/commitments.ts';
import {
  type CommitmentRequest,
  type CommitmentResult,
  FAILURE_REASON,
  type InstanceReference,
} from '../dicom/storage-commitment.ts';
import { newUid } from '../dicom/uid.ts';
import type { Log } from '../log.ts';
import { type AttemptOutcome, AttemptQueue } from './attempt-queue.ts';
import { type CommitmentPeer, limitsOf, PAUSES } from './commitments.ts';
import { UntilWritten } from './until-written.ts';

export interface AskedOf extends CommitmentPeer, CommitmentRequest {}

export interface CommitmentRequestSettings {
  readonly database: Database;
  readonly log: Log;
  /** Transactions that may be open with one device. */
  readonly mostOpen: number;
  /** How long a device is asked, and how long its report may take after that. Milliseconds. */
  readonly patience: number;
  /** Pauses between attempts. Milliseconds. */
  readonly pauses?: readonly number[];
}

const INSTANCES_PER_TRANSACTION = 1000;
const SWEEP_MS = 60_000;

export class CommitmentRequests {
  readonly #settings: CommitmentRequestSettings;
  readonly #queue: AttemptQueue;
  readonly #books: UntilWritten;
  readonly #sweep: NodeJS.Timeout;
  #ask: ((asked: AskedOf) => Promise<AttemptOutcome>) | undefined;

  constructor(settings: CommitmentRequestSettings) {
    this.#settings = settings;
    this.#books = new UntilWritten(settings.log);
    this.#queue = new AttemptQueue({
      attempt: (id) => this.#attempt(id),
      gaveUp: (id) => this.#note(id, 'given-up', '', true),
      pauses: settings.pauses ?? PAUSES,
      patience: settings.patience,
    });
    this.#sweep = setInterval(() => void this.#giveUpWaiting(), Math.min(SWEEP_MS, settings.patience)).unref();
  }

  /** Goes on with what was open when the appliance ended. @param ask must not throw */
  async start(ask: (asked: AskedOf) => Promise<AttemptOutcome>): Promise<void> {
    this.#ask = ask;
    for (const { id, aeTitle, state, createdAt } of await this.#open()) {
      if (state === 'asking') this.#queue.add({ id, lane: aeTitle, since: Date.parse(createdAt) });
    }
  }

  /** A device was sent these: it will be asked. Never throws. */
  async sent(peer: CommitmentPeer, references: readonly InstanceReference[]): Promise<void> {
    for (let at = 0; at < references.length; at += INSTANCES_PER_TRANSACTION) {
      await this.#books.run(() => this.#take(peer, references.slice(at, at + INSTANCES_PER_TRANSACTION)));
    }
  }

  /**
   * A device's report, on stable storage when this resolves. Undefined: it was asked nothing of the kind.
   * An instance that the report does not name counts as failed.
   */
  reported(
    aeTitle: string,
    report: { transactionUid: string; results: readonly CommitmentResult[] },
  ): Promise<{ id: number; total: number; failed: number } | undefined> {
    const { transactionUid, results } = report;
    const unnamed = FAILURE_REASON.processingFailure;
    return this.#settings.database.write('reportCommitment', { transactionUid, aeTitle, results, unnamed, now: now() });
  }

  /** Begins nothing more; resolves when what is under way has ended. */
  async stop(): Promise<void> {
    clearInterval(this.#sweep);
    this.#books.stop();
    await this.#queue.stop();
  }

  #open() {
    return this.#settings.database.read('openCommitments', { side: 'scu' });
  }

  async #take(peer: CommitmentPeer, references: readonly InstanceReference[]): Promise<void> {
    const { database, log, mostOpen } = this.#settings;
    const acceptance = await database.write('acceptCommitment', {
      ...peer,
      side: 'scu',
      transactionUid: newUid(),
      references,
      duplicateReason: FAILURE_REASON.duplicateTransaction,
      limits: limitsOf(mostOpen),
      now: now(),
    });
    if (acceptance.kind === 'full')
      log.error({ device: peer.aeTitle }, 'too many storage commitments are open: not asked');
    else this.#queue.add({ id: acceptance.id, lane: peer.aeTitle, since: Date.now() });
  }

  async #attempt(id: number): Promise<AttemptOutcome> {
    let outcome: AttemptOutcome = { kind: 'failed', of: 'device', error: 'internal error' };
    try {
      const row = await this.#settings.database.read('commitmentById', { id });
      if (row === undefined || row.state !== 'asking' || this.#ask === undefined) return { kind: 'done' };
      outcome = await this.#ask({ ...row, references: row.instances });
    } catch (error) {
      this.#settings.log.error({ err: error, commitment: id }, 'storage commitment cannot be asked for');
    }
    if (outcome.kind === 'done') await this.#note(id, 'awaiting', '', false);
    else await this.#note(id, 'asking', outcome.error, false);
    return outcome;
  }

  /** Does nothing to a transaction that has ended: its report may have come before the answer to our request. */
  #note(id: number, state: CommitmentState, error: string, ends: boolean): Promise<void> {
    return this.#books.run(() =>
      this.#settings.database.write('noteCommitment', { id, state, error, ends, now: now() }),
    );
  }

  async #giveUpWaiting(): Promise<void> {
    try {
      const late = Date.now() - this.#settings.patience;
      for (const { id, state, changedAt } of await this.#open()) {
        if (state === 'awaiting' && Date.parse(changedAt) < late)
          await this.#note(id, 'given-up', 'no report came', true);
      }
    } catch (error) {
      this.#settings.log.error({ err: error }, 'storage commitments that wait for their report');
    }
  }
}

function now(): string {
  return new Date().toISOString();
}
