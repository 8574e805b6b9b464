/** Retrieval on the same association as SCP, Patient Root and Study Root (PS3.4 section C.4.3, PS3.7 section 9.3.3). */
import type { Archive } from '../../archive/archive.ts';
import type { StoredInstance } from '../../archive/retrieve.ts';
import type { DicomJson } from '../../dicom/dicom-json.ts';
import { encodeDataSet } from '../../dicom/encode-data-set.ts';
import { asArchiveError, ERRORS } from '../../errors.ts';
import { type CommandSet, ELEMENT, encodeCommandSet, errorComment, responseElements } from './command-set.ts';
import type { Conversation, Operation, Request, RequestHandler } from './conversation.ts';
import { findInstances, selectorsOf } from './get-identifier.ts';
import { collectIdentifier, readIdentifier } from './identifier-sink.ts';
import { ConnectionEnded } from './outgoing.ts';
import { queryRootOf } from './query-root.ts';
import { STATUS, statusOf } from './status-of.ts';
import { sendInstance } from './store-scu-on-association.ts';
import { resultOf, type SubOperationResult, SubOperations } from './sub-operations.ts';

type Retrieve = Pick<Archive, 'retrieve'>;

/** Answers C-GET-RQ. */
export function createGetHandler(archive: Retrieve): RequestHandler {
  return (conversation, request) => new GetOperation(archive, conversation, request);
}

class GetOperation implements Operation {
  readonly finished: Promise<void>;
  readonly dataSet;
  readonly #archive: Retrieve;
  readonly #conversation: Conversation;
  readonly #request: Request;
  readonly #contexts: ReadonlyMap<string, number>;
  #cancelled = false;
  #abandoned = false;
  #sending = false;
  #awaited: { messageId: number; settle: (response: CommandSet | null) => void } | null = null;

  constructor(archive: Retrieve, conversation: Conversation, request: Request) {
    this.#archive = archive;
    this.#conversation = conversation;
    this.#request = request;
    this.#contexts = contextsForSending(conversation);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.finished = promise;
    this.dataSet = collectIdentifier((bytes) => resolve(this.#run(bytes)));
    if (!request.command.hasDataSet) this.dataSet.end();
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
      const selectors = selectorsOf(readIdentifier(bytes, transferSyntax), queryRootOf(abstractSyntax));
      const instances = await findInstances(this.#archive.retrieve, selectors);
      const counts = new SubOperations(instances.length);
      await this.#sendAll(instances, counts);
      if (!this.#abandoned) this.#finish(counts);
    } catch (error) {
      if (!(error instanceof ConnectionEnded)) this.#fail(error);
    }
  }

  async #sendAll(instances: readonly StoredInstance[], counts: SubOperations): Promise<void> {
    let left = instances.length;
    for (const instance of instances) {
      if (this.#cancelled || this.#abandoned) return;
      counts.count(await this.#send(instance), instance.sopInstanceUid);
      left--;
      if (left > 0 && !this.#abandoned) this.#respond(STATUS.pending, counts, true);
    }
  }

  async #send(instance: StoredInstance): Promise<SubOperationResult> {
    const contextId = this.#contexts.get(contextKey(instance.sopClassUid, instance.transferSyntaxUid));
    if (contextId === undefined) return 'failed';
    const messageId = this.#conversation.nextMessageId();
    const priority = this.#request.command.number(ELEMENT.priority) ?? 0;
    // Listening begins before the last byte leaves: a refusing peer may answer early.
    const response = this.#awaitResponse(messageId);
    this.#sending = true;
    const sent = await sendInstance(this.#conversation, this.#archive.retrieve, {
      instance,
      contextId,
      messageId,
      priority,
    });
    this.#sending = false;
    if (sent === 'not-readable') this.#awaited = null;
    else this.#record(instance);
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

  #fail(error: unknown): void {
    const { code, detail } = asArchiveError(error);
    if (code !== 'QUERY_INVALID') this.#conversation.logFailure('C-GET', error);
    const elements = responseElements(this.#request.command, statusOf(code, 'get'));
    elements.push(errorComment(detail || ERRORS[code].en));
    this.#conversation.send(this.#request.context.id, encodeCommandSet(elements, false));
  }
}

function contextKey(sopClassUid: string, transferSyntaxUid: string): string {
  return `${sopClassUid} ${transferSyntaxUid}`;
}

/** What the peer takes, by SOP class and transfer syntax; the first context of a pair counts. */
function contextsForSending(conversation: Conversation): Map<string, number> {
  const contexts = new Map<string, number>();
  for (const { id, abstractSyntax, transferSyntax, peerIsScp } of conversation.contexts.values()) {
    const key = contextKey(abstractSyntax, transferSyntax);
    if (peerIsScp && !contexts.has(key)) contexts.set(key, id);
  }
  return contexts;
}
