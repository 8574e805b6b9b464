/** The answering of every C-FIND, whatever is asked for: Query/Retrieve and Modality Worklist (PS3.7 section 9.1.2). */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DataSet } from '../../dicom/data-set.ts';
import { encodeCommandSet, responseElements } from './command-set.ts';
import type { Access, Conversation, Operation, Peer, Request, RequestHandler } from './conversation.ts';
import { answerFailure } from './failure-answer.ts';
import { beginWithIdentifier, readKeys } from './identifier-sink.ts';
import { ConnectionEnded } from './outgoing.ts';
import { STATUS } from './status-of.ts';
import { messagePdus } from './upper-layer/pdu-writer.ts';

/** A part of the matches; `after` is where the next part begins, absent in the last. */
export interface Matches<Match, Place> {
  readonly matches: readonly Match[];
  readonly after?: Place | undefined;
}

/** What is asked, and how it is answered. */
export interface QueryModel<Asked extends { readonly hasUnsupportedKeys: boolean }, Match, Place> {
  readonly service: 'find' | 'worklist';
  /** Throws ArchiveError QUERY_INVALID. */
  read(identifier: DataSet, request: Request, peer: Peer): Asked;
  page(asked: Asked, limit: number, after: Place | undefined): Promise<Matches<Match, Place>>;
  /** The identifier of one answer. */
  encode(match: Match, asked: Asked, transferSyntaxUid: string): Buffer;
  /** What the access log says: by which keys, and whose data where it is one patient's. */
  describe(asked: Asked): Pick<Access, 'patientId' | 'studyInstanceUid'> & { by: string };
}

/** Matches per page, and answers per turn of the event loop. */
const PAGE = 200;
const PER_TURN = 40;

/** Answers C-FIND-RQ. */
export function createQueryHandler<Asked extends { readonly hasUnsupportedKeys: boolean }, Match, Place>(
  model: QueryModel<Asked, Match, Place>,
): RequestHandler {
  return (conversation, request) => new QueryOperation(model, conversation, request);
}

class QueryOperation<Asked extends { readonly hasUnsupportedKeys: boolean }, Match, Place> implements Operation {
  readonly finished: Promise<void>;
  readonly dataSet;
  readonly #model: QueryModel<Asked, Match, Place>;
  readonly #conversation: Conversation;
  readonly #request: Request;
  #cancelled = false;
  #answered = false;
  #matches = 0;

  constructor(model: QueryModel<Asked, Match, Place>, conversation: Conversation, request: Request) {
    this.#model = model;
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
    try {
      const identifier = await readKeys(bytes, this.#request.context.transferSyntax);
      const asked = this.#model.read(identifier, this.#request, this.#conversation.peer);
      await this.#answer(asked);
      this.#record(asked);
    } catch (error) {
      if (!(error instanceof ConnectionEnded))
        answerFailure(this.#conversation, this.#request, this.#model.service, error);
    }
  }

  async #answer(asked: Asked): Promise<void> {
    let after: Place | undefined;
    do {
      const page = await this.#model.page(asked, PAGE, after);
      await this.#send(page.matches, asked, page.after === undefined);
      after = page.after;
    } while (after !== undefined && !this.#cancelled);
    if (!this.#answered) this.#conversation.send(this.#request.context.id, this.#command(STATUS.cancelled, false));
  }

  /** Sends answers in few large writes, lets others have their turn, and waits while the peer does not read. */
  async #send(matches: readonly Match[], asked: Asked, last: boolean): Promise<void> {
    const { output, peerMaximum } = this.#conversation;
    const { id, transferSyntax } = this.#request.context;
    const status = asked.hasUnsupportedKeys ? STATUS.pendingWithUnsupportedKeys : STATUS.pending;
    const pending = this.#command(status, true);
    for (let start = 0; start < matches.length && !this.#cancelled; start += PER_TURN) {
      const answers = matches
        .slice(start, start + PER_TURN)
        .map((match) => messagePdus(id, pending, this.#model.encode(match, asked, transferSyntax), peerMaximum));
      this.#matches += answers.length;
      if (last && start + PER_TURN >= matches.length) answers.push(this.#final());
      output.write(Buffer.concat(answers));
      await output.drained();
      if (matches.length > PER_TURN) await nextTurn();
    }
    if (last && matches.length === 0 && !this.#cancelled) output.write(this.#final());
  }

  #final(): Buffer {
    this.#answered = true;
    const { id } = this.#request.context;
    return messagePdus(id, this.#command(STATUS.success, false), null, this.#conversation.peerMaximum);
  }

  #command(status: number, hasDataSet: boolean): Buffer {
    return encodeCommandSet(responseElements(this.#request.command, status), hasDataSet);
  }

  #record(asked: Asked): void {
    const { by, ...whose } = this.#model.describe(asked);
    const detail = `${by}: ${this.#matches} matches`;
    this.#conversation.recordAccess({ action: 'query', ...whose, detail, outcome: 'ok' });
  }
}
