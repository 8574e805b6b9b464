/** The clinic's orders: made, changed and cancelled from outside, asked for by modalities, ended by what those report. */
import type { Database } from '../db/database.ts';
import type { OrderKey } from '../db/operations/order-matching.ts';
import type { OrderList, OrderPlace, WorklistPage } from '../db/operations/order-query.ts';
import type { OrderRow, PutOutcome } from '../db/operations/orders.ts';
import { newUid } from '../dicom/uid.ts';
import { ArchiveError } from '../errors.ts';
import type { Log } from '../log.ts';
import { checkNeeded, contentOf, type OrderDraft, wholeContentOf } from './order-content.ts';
import { PerformedSteps } from './performed-steps.ts';

export type { OrderKey, OrderList, OrderPlace, OrderRow, WorklistPage };

export interface WorklistDeps {
  readonly database: Database;
  readonly log: Log;
  /** Of the clinic: an order without a date is for today there. */
  readonly timeZone: string;
}

export class Worklist {
  readonly performedSteps: PerformedSteps;
  readonly #deps: WorklistDeps;

  constructor(deps: WorklistDeps) {
    this.#deps = deps;
    this.performedSteps = new PerformedSteps(deps.database);
  }

  /**
   * Creates an order, or changes the one with the same order number; the same again changes nothing. What the draft
   * does not name becomes empty; numbers that were made here, and the date, stay.
   * @throws ArchiveError ORDER_INVALID with the field; ORDER_CLOSED when it has begun or ended and would change
   */
  async put(draft: OrderDraft): Promise<PutOutcome> {
    const content = wholeContentOf({ ...draft, startDate: draft.startDate || this.#today() });
    const outcome = await this.#deps.database.write('putOrder', {
      content,
      startDateIsGiven: (draft.startDate ?? '') !== '',
      studyInstanceUid: newUid(),
      now: now(),
    });
    return open(outcome);
  }

  /** Changes single fields. @throws ArchiveError NOT_FOUND, ORDER_INVALID, ORDER_CLOSED */
  async change(id: number, draft: Omit<OrderDraft, 'orderNumber'>): Promise<PutOutcome> {
    const changes = contentOf(draft);
    checkNeeded(changes);
    return open(await this.#deps.database.write('changeOrder', { id, changes, now: now() }));
  }

  /** Takes a scheduled order back; again changes nothing. @throws ArchiveError NOT_FOUND, ORDER_CLOSED */
  async cancel(id: number): Promise<PutOutcome> {
    return open(await this.#deps.database.write('cancelOrder', { id, now: now() }));
  }

  order(id: number): Promise<OrderRow | undefined> {
    return this.#deps.database.read('orderById', { id });
  }

  list(list: OrderList): Promise<{ orders: OrderRow[]; after?: OrderPlace }> {
    return this.#deps.database.read('listOrders', list);
  }

  /** A page of what a modality asks for. @throws ArchiveError QUERY_INVALID */
  async scheduledSteps(keys: readonly OrderKey[], limit: number, after?: OrderPlace): Promise<WorklistPage> {
    const page = await this.#deps.database.read('findScheduledSteps', { keys, limit, ...(after && { after }) });
    if (page.done.length > 0) this.#settle(page.done);
    return page;
  }

  /** A disk that cannot be written must not keep a modality from its worklist: the next question finds them again. */
  #settle(ids: readonly number[]): void {
    this.#deps.database
      .write('settleOrders', { ids, now: now() })
      .catch((error: unknown) => this.#deps.log.warn({ err: error }, 'orders that are done could not be marked'));
  }

  #today(): string {
    const options = { timeZone: this.#deps.timeZone, year: 'numeric', month: '2-digit', day: '2-digit' } as const;
    return new Intl.DateTimeFormat('en-CA', options).format(new Date()).replaceAll('-', '');
  }
}

function open(outcome: PutOutcome | undefined): PutOutcome {
  if (outcome === undefined) throw new ArchiveError('NOT_FOUND');
  if (outcome.kind === 'closed') throw new ArchiveError('ORDER_CLOSED', outcome.order.status);
  return outcome;
}

function now(): string {
  return new Date().toISOString();
}
