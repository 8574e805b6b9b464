/** Modality Worklist as SCP (PS3.4 Annex K, PS3.7 section 9.1.2). */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { asArchiveError, ERRORS } from '../../errors.ts';
import type { OrderPlace, OrderRow, Worklist } from '../../worklist/worklist.ts';
import { encodeCommandSet, errorComment, responseElements } from './command-set.ts';
import type { Conversation, Operation, Request, RequestHandler } from './conversation.ts';
import { beginWithIdentifier, readIdentifier } from './identifier-sink.ts';
import { ConnectionEnded } from './outgoing.ts';
import { STATUS, statusOf } from './status-of.ts';
import { messagePdus } from './upper-layer/pdu-writer.ts';
import {
  describeWorklistQuery,
  encodeWorklistAnswer,
  readWorklistIdentifier,
  type WorklistRequest,
} from './worklist-identifier.ts';

/** Orders per page of the worklist, and answers per turn of the event loop. */
const PAGE = 200;
const PER_TURN = 40;

/** Answers C-FIND-RQ on a worklist context. */
export function createWorklistHandler(worklist: Pick<Worklist, 'scheduledSteps'>): RequestHandler {
  return (conversation, request) => new WorklistOperation(worklist, conversation, request);
}

class WorklistOperation implements Operation {
  readonly finished: Promise<void>;
  readonly dataSet;
  readonly #worklist: Pick<Worklist, 'scheduledSteps'>;
  readonly #conversation: Conversation;
  readonly #request: Request;
  #cancelled = false;
  #matches = 0;

  constructor(worklist: Pick<Worklist, 'scheduledSteps'>, conversation: Conversation, request: Request) {
    this.#worklist = worklist;
    this.#conversation = conversation;
    this.#request = request;
    const begun = beginWithIdentifier(request, (bytes) => this.#run(bytes));
    this.finished = begun.finished;
    this.dataSet = begun.dataSet;
  }

  cancel(): void {
    this.#cancelled = true;
  }

  abandon(): void {
    this.#cancelled = true;
  }

  async #run(bytes: Buffer | null): Promise<void> {
    const { peer } = this.#conversation;
    try {
      const identifier = readIdentifier(bytes, this.#request.context.transferSyntax);
      const request = readWorklistIdentifier(identifier, peer.device, peer.callingAe);
      await this.#answer(request);
      this.#record(request);
    } catch (error) {
      if (!(error instanceof ConnectionEnded)) this.#fail(error);
    }
  }

  async #answer(request: WorklistRequest): Promise<void> {
    let after: OrderPlace | undefined;
    do {
      const page = await this.#worklist.scheduledSteps(request.keys, PAGE, after);
      await this.#send(page.orders, request);
      after = page.after;
    } while (after !== undefined && !this.#cancelled);
    this.#final(this.#cancelled ? STATUS.cancelled : STATUS.success);
  }

  /** Sends answers in few large writes, lets others have their turn, and waits while the peer does not read. */
  async #send(orders: readonly OrderRow[], request: WorklistRequest): Promise<void> {
    const { output, peerMaximum } = this.#conversation;
    const { id, transferSyntax } = this.#request.context;
    const status = request.hasUnsupportedKeys ? STATUS.pendingWithUnsupportedKeys : STATUS.pending;
    const pending = encodeCommandSet(responseElements(this.#request.command, status), true);
    for (let start = 0; start < orders.length && !this.#cancelled; start += PER_TURN) {
      const answers = orders
        .slice(start, start + PER_TURN)
        .map((order) => messagePdus(id, pending, encodeWorklistAnswer(order, request, transferSyntax), peerMaximum));
      this.#matches += answers.length;
      output.write(Buffer.concat(answers));
      await output.drained();
      await nextTurn();
    }
  }

  #final(status: number): void {
    const elements = responseElements(this.#request.command, status);
    this.#conversation.send(this.#request.context.id, encodeCommandSet(elements, false));
  }

  #record(request: WorklistRequest): void {
    const { by, ...whose } = describeWorklistQuery(request);
    const detail = `${by}: ${this.#matches} matches`;
    this.#conversation.recordAccess({ action: 'query', ...whose, detail, outcome: 'ok' });
  }

  #fail(error: unknown): void {
    const { code, detail } = asArchiveError(error);
    if (code !== 'QUERY_INVALID') this.#conversation.logFailure('worklist', error);
    const elements = responseElements(this.#request.command, statusOf(code, 'worklist'));
    elements.push(errorComment(detail || ERRORS[code].en));
    this.#conversation.send(this.#request.context.id, encodeCommandSet(elements, false));
  }
}
