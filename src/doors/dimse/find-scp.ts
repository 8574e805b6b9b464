/** Query as SCP, Patient Root and Study Root (PS3.4 section C.4.1, PS3.7 section 9.3.2). */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Archive } from '../../archive/archive.ts';
import type { DicomJson } from '../../dicom/dicom-json.ts';
import { asArchiveError, ERRORS } from '../../errors.ts';
import { encodeCommandSet, errorComment, responseElements } from './command-set.ts';
import type { Conversation, Operation, Request, RequestHandler } from './conversation.ts';
import { describeQuery, encodeAnswer, type FindRequest, readFindIdentifier } from './find-identifier.ts';
import { beginWithIdentifier, readIdentifier } from './identifier-sink.ts';
import { ConnectionEnded } from './outgoing.ts';
import { queryRootOf } from './query-root.ts';
import { STATUS, statusOf } from './status-of.ts';
import { messagePdus } from './upper-layer/pdu-writer.ts';

/** Matches per page of the archive, and per turn of the event loop. */
const PAGE = 200;
const PER_TURN = 40;

/** Answers C-FIND-RQ. */
export function createFindHandler(archive: Pick<Archive, 'query'>, aeTitle: string): RequestHandler {
  return (conversation, request) => new FindOperation(archive, aeTitle, conversation, request);
}

class FindOperation implements Operation {
  readonly finished: Promise<void>;
  readonly dataSet;
  readonly #archive: Pick<Archive, 'query'>;
  readonly #aeTitle: string;
  readonly #conversation: Conversation;
  readonly #request: Request;
  #cancelled = false;
  #answered = false;
  #matches = 0;

  constructor(archive: Pick<Archive, 'query'>, aeTitle: string, conversation: Conversation, request: Request) {
    this.#archive = archive;
    this.#aeTitle = aeTitle;
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
      const { abstractSyntax, transferSyntax } = this.#request.context;
      const identifier = readIdentifier(bytes, transferSyntax);
      const request = readFindIdentifier(identifier, queryRootOf(abstractSyntax), this.#conversation.peer.device);
      await this.#answer(request);
      this.#record(request);
    } catch (error) {
      if (error instanceof ConnectionEnded) return;
      this.#fail(error);
    }
  }

  async #answer(request: FindRequest): Promise<void> {
    const returnTags = [...request.requested];
    let after: string | undefined;
    do {
      const page = await this.#archive.query({
        level: request.level,
        keys: request.keys,
        returnTags,
        limit: PAGE,
        ...(after !== undefined && { after }),
      });
      await this.#send(JSON.parse(page.json) as DicomJson[], request, page.after === undefined);
      after = page.after;
    } while (after !== undefined && !this.#cancelled);
    if (!this.#answered) this.#conversation.send(this.#request.context.id, this.#command(STATUS.cancelled, false));
  }

  /** Sends answers in few large writes, lets others have their turn, and waits while the peer does not read. */
  async #send(matches: DicomJson[], request: FindRequest, last: boolean): Promise<void> {
    const { output, peerMaximum } = this.#conversation;
    const { id, transferSyntax } = this.#request.context;
    const status = request.hasUnsupportedKeys ? STATUS.pendingWithUnsupportedKeys : STATUS.pending;
    const pending = this.#command(status, true);
    for (let start = 0; start < matches.length && !this.#cancelled; start += PER_TURN) {
      const answers = matches
        .slice(start, start + PER_TURN)
        .map((match) =>
          messagePdus(id, pending, encodeAnswer(match, request, this.#aeTitle, transferSyntax), peerMaximum),
        );
      this.#matches += answers.length;
      if (last && start + PER_TURN >= matches.length) answers.push(this.#final());
      output.write(Buffer.concat(answers));
      await output.drained();
      if (matches.length > PER_TURN) await nextTurn();
    }
    if (last && matches.length === 0) output.write(this.#final());
  }

  #final(): Buffer {
    this.#answered = true;
    const { id } = this.#request.context;
    return messagePdus(id, this.#command(STATUS.success, false), null, this.#conversation.peerMaximum);
  }

  #command(status: number, hasDataSet: boolean): Buffer {
    return encodeCommandSet(responseElements(this.#request.command, status), hasDataSet);
  }

  #record(request: FindRequest): void {
    const { by, ...whose } = describeQuery(request);
    const detail = `${by}: ${this.#matches} matches`;
    this.#conversation.recordAccess({ action: 'query', ...whose, detail, outcome: 'ok' });
  }

  #fail(error: unknown): void {
    const { code, detail } = asArchiveError(error);
    if (code !== 'QUERY_INVALID') this.#conversation.logFailure('C-FIND', error);
    const elements = responseElements(this.#request.command, statusOf(code, 'find'));
    elements.push(errorComment(detail || ERRORS[code].en));
    this.#conversation.send(this.#request.context.id, encodeCommandSet(elements, false));
  }
}
