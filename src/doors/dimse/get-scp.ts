/** Retrieval on the same association as SCP, Patient Root and Study Root (PS3.4 section C.4.3, PS3.7 section 9.3.3). */
import type { Archive } from '../../archive/archive.ts';
import type { Selection, StoredInstance } from '../../archive/retrieve.ts';
import type { DicomJson } from '../../dicom/dicom-json.ts';
import { encodeDataSet } from '../../dicom/encode-data-set.ts';
import { type CommandSet, ELEMENT, encodeCommandSet, responseElements } from './command-set.ts';
import type { Conversation, Operation, Request, RequestHandler } from './conversation.ts';
import { answerFailure } from './failure-answer.ts';
import { selectorsOf } from './get-identifier.ts';
import { beginWithIdentifier, readKeys } from './identifier-sink.ts';
import { ConnectionEnded } from './outgoing.ts';
import { queryRootOf } from './query-root.ts';
import { ReadAhead } from './read-ahead.ts';
import { SendingChoice } from './sending-choice.ts';
import { STATUS } from './status-of.ts';
import { sendInstance } from './store-scu-on-association.ts';
import { resultOf, type SubOperationResult, SubOperations } from './sub-operations.ts';
import type { Transcode } from './transcode.ts';

type Retrieve = Pick<Archive, 'retrieve'>;

/** Answers C-GET-RQ. */
export function createGetHandler(archive: Retrieve, transcode?: Transcode): RequestHandler {
  return (conversation, request) => new GetOperation(archive, conversation, request, transcode);
}

class GetOperation implements Operation {
  readonly finished: Promise<void>;
  readonly dataSet;
  readonly #archive: Retrieve;
  readonly #conversation: Conversation;
  readonly #request: Request;
  readonly #choice: SendingChoice;
  readonly #ahead: ReadAhead;
  #cancelled = false;
  #abandoned = false;
  #sending = false;
  #awaited: { messageId: number; settle: (response: CommandSet | null) => void } | null = null;

  constructor(archive: Retrieve, conversation: Conversation, request: Request, transcode: Transcode | undefined) {
    this.#archive = archive;
    this.#conversation = conversation;
    this.#request = request;
    const takes = [...conversation.contexts.values()].filter((context) => context.peerIsScp);
    this.#ahead = new ReadAhead(archive.retrieve, (instance) => this.#choice.takesStored(instance));
    this.#choice = new SendingChoice(takes, { retriever: this.#ahead, transcode });
    const begun = beginWithIdentifier(request, (bytes) => this.#run(bytes));
    this.finished = begun.finished;
    this.dataSet = begun.dataSet;
  }

  get waitsForPeer(): boolean {
    return this.#awaited !== null && !this.#sending;
  }

  cancel(): void {
    this.#cancelled = true;
  }

  abandon(): void {
    this.#abandoned = true;
    this.#awaited?.settle(null);
  }

  response(command: CommandSet): void {
    const awaited = this.#awaited;
    if (awaited === null) return;
    if (awaited.messageId === command.number(ELEMENT.messageIdBeingRespondedTo)) awaited.settle(command);
  }

  async #run(bytes: Buffer | null): Promise<void> {
    try {
      const { abstractSyntax, transferSyntax } = this.#request.context;
      const selectors = selectorsOf(await readKeys(bytes, transferSyntax), queryRootOf(abstractSyntax));
      const selection = await this.#archive.retrieve.select(selectors);
      const counts = new SubOperations(selection.total);
      await this.#sendAll(selection, counts);
      if (!this.#abandoned) this.#finish(counts);
    } catch (error) {
      if (!(error instanceof ConnectionEnded)) answerFailure(this.#conversation, this.#request, 'get', error);
    }
  }

  async #sendAll(selection: Selection, counts: SubOperations): Promise<void> {
    for await (const instance of this.#ahead.of(selection.instances())) {
      if (this.#cancelled || this.#abandoned) return;
      counts.count(await this.#send(instance), instance.sopInstanceUid);
      if (counts.remaining > 0 && !this.#abandoned) this.#respond(STATUS.pending, counts, true);
    }
    counts.failRemaining();
  }

  async #send(instance: StoredInstance): Promise<SubOperationResult> {
    const sending = await this.#choice.of(instance);
    if ('unsendable' in sending) return 'failed';
    const messageId = this.#conversation.nextMessageId();
    const priority = this.#request.command.number(ELEMENT.priority) ?? 0;
    // Listening begins before the last byte leaves: a refusing peer may answer early.
    const response = this.#awaitResponse(messageId);
    this.#sending = true;
    const sent = await sendInstance(this.#conversation, { ...sending, instance, messageId, priority });
    this.#sending = false;
    if (sent !== 'sent') this.#awaited = null;
    if (sent !== 'not-readable') this.#record(instance);
    const answer = sent === 'sent' ? await response : null;
    return answer === null ? 'failed' : resultOf(answer.number(ELEMENT.status) ?? STATUS.cannotUnderstand);
  }

  #awaitResponse(messageId: number): Promise<CommandSet | null> {
    return new Promise((resolve) => {
      const settle = (response: CommandSet | null) => {
        this.#awaited = null;
        resolve(response);
      };
      this.#awaited = { messageId, settle };
    });
  }

  #record({ patientId, studyInstanceUid }: StoredInstance): void {
    this.#conversation.recordAccess({
      action: 'retrieve',
      ...(patientId !== '' && { patientId }),
      studyInstanceUid,
      detail: 'C-GET',
      outcome: 'ok',
    });
  }

  #finish(counts: SubOperations): void {
    if (this.#cancelled) this.#respond(STATUS.cancelled, counts, true);
    else this.#respond(counts.finalStatus, counts, false);
  }

  /** Failed UIDs belong into every response but the pending ones (PS3.4 section C.4.3.1.3.2). */
  #respond(status: number, counts: SubOperations, withRemaining: boolean): void {
    const { context, command } = this.#request;
    const elements = [...responseElements(command, status), ...counts.elements(withRemaining)];
    const failed = status === STATUS.pending ? [] : counts.failedUids;
    const list: DicomJson = { '00080058': { vr: 'UI', Value: [...failed] } };
    const identifier = failed.length === 0 ? null : encodeDataSet(list, context.transferSyntax, []);
    this.#conversation.send(context.id, encodeCommandSet(elements, identifier !== null), identifier);
  }
}
