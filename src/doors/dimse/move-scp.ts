/** Retrieval to a third device as SCP, C-MOVE, Patient Root and Study Root (PS3.4 section C.4.2, PS3.7 section 9.1.4). */
import type { Archive } from '../../archive/archive.ts';
import type { DicomJson } from '../../dicom/dicom-json.ts';
import { encodeDataSet } from '../../dicom/encode-data-set.ts';
import type { InstanceReference } from '../../dicom/storage-commitment.ts';
import type { Log } from '../../log.ts';
import { ELEMENT, encodeCommandSet, errorComment, responseElements } from './command-set.ts';
import type { Conversation, Operation, Request, RequestHandler } from './conversation.ts';
import { answerFailure } from './failure-answer.ts';
import { selectorsOf } from './get-identifier.ts';
import { beginWithIdentifier, readKeys } from './identifier-sink.ts';
import { ConnectionEnded } from './outgoing.ts';
import { queryRootOf } from './query-root.ts';
import { type Destination, destinationOf, type RequesterLimits } from './requester-settings.ts';
import { SentReferences } from './sent-references.ts';
import type { Device } from './services.ts';
import { STATUS } from './status-of.ts';
import { type Delivery, storeInstances } from './store-scu.ts';
import { SubOperations } from './sub-operations.ts';
import type { TlsCertificates } from './tls-handshakes.ts';
import type { Transcode } from './transcode.ts';

export interface MoveDeps {
  readonly archive: Pick<Archive, 'retrieve'>;
  readonly devices: () => readonly Device[];
  readonly certificates: Pick<TlsCertificates, 'authority' | 'shown'>;
  readonly aeTitle: string;
  readonly log: Log;
  readonly transcode?: Transcode | undefined;
  readonly limits?: Partial<RequesterLimits>;
  /** Told what a device has taken, a thousand instances at a time. */
  readonly onSent?: (to: Destination, references: readonly InstanceReference[]) => void;
}

const NOT_KNOWN = errorComment('the move destination is not known here');

/** Answers C-MOVE-RQ. */
export function createMoveHandler(deps: MoveDeps): RequestHandler {
  return (conversation, request) => new MoveOperation(deps, conversation, request);
}

class MoveOperation implements Operation {
  readonly finished: Promise<void>;
  readonly dataSet;
  readonly #deps: MoveDeps;
  readonly #conversation: Conversation;
  readonly #request: Request;
  readonly #gone = new AbortController();
  #cancelled = false;

  constructor(deps: MoveDeps, conversation: Conversation, request: Request) {
    this.#deps = deps;
    this.#conversation = conversation;
    this.#request = request;
    const begun = beginWithIdentifier(request, (bytes) => this.#run(bytes));
    this.finished = begun.finished;
    this.dataSet = begun.dataSet;
  }

  cancel(): void {
    this.#cancelled = true;
  }

  /** Whoever asked has left: nobody wants the rest. */
  abandon(): void {
    this.#gone.abort();
  }

  async #run(bytes: Buffer | null): Promise<void> {
    try {
      const { abstractSyntax, transferSyntax } = this.#request.context;
      const selectors = selectorsOf(await readKeys(bytes, transferSyntax), queryRootOf(abstractSyntax));
      const destination = this.#destination();
      if (destination === undefined) return this.#answer(STATUS.moveDestinationUnknown, [NOT_KNOWN]);
      await this.#move(selectors, destination);
    } catch (error) {
      if (!(error instanceof ConnectionEnded)) answerFailure(this.#conversation, this.#request, 'move', error);
    }
  }

  /** Among the devices with a fixed address and a port; it need not be the one that asks. */
  #destination(): Destination | undefined {
    const title = this.#request.command.text(ELEMENT.moveDestination).trim();
    const devices = this.#deps.devices().filter(({ aeTitle }) => aeTitle === title);
    const places = devices.map((device) => destinationOf(device, this.#deps.certificates));
    return places.find((place) => place !== undefined);
  }

  async #move(selectors: ReturnType<typeof selectorsOf>, destination: Destination): Promise<void> {
    const { archive, aeTitle: callingAe, transcode, limits, log } = this.#deps;
    const { peer } = this.#conversation;
    const selection = await archive.retrieve.select(selectors);
    const counts = new SubOperations(selection.total);
    const taken = new SentReferences((references) => this.#deps.onSent?.(destination, references));
    const outcome = await storeInstances(selection, {
      destination,
      callingAe,
      log,
      limits,
      transcode,
      retriever: archive.retrieve,
      priority: this.#request.command.number(ELEMENT.priority) ?? 0,
      moveOriginator: { aeTitle: peer.callingAe, messageId: this.#request.command.messageId },
      signal: this.#gone.signal,
      stops: () => this.#cancelled || this.#gone.signal.aborted,
      delivered: async (delivery) => {
        counts.count(delivery.result, delivery.instance.sopInstanceUid);
        if (delivery.result !== 'failed') taken.add(delivery.instance);
        if (!delivery.left) return;
        this.#record(delivery, destination);
        if (counts.remaining > 0) this.#respond(STATUS.pending, counts, true);
        // Whoever asks and does not read the answers must not fill our memory with them.
        await this.#conversation.output.drained();
      },
    });
    taken.flush();
    if (this.#gone.signal.aborted) return;
    if (outcome.kind === 'stopped') return this.#respond(STATUS.cancelled, counts, true);
    counts.failRemaining();
    this.#respond(counts.finalStatus, counts, false);
  }

  #record({ instance }: Delivery, { aeTitle, host, port }: Destination): void {
    const { patientId, studyInstanceUid } = instance;
    const detail = `C-MOVE to ${aeTitle} (${host}:${port})`;
    const whose = patientId === '' ? { studyInstanceUid } : { studyInstanceUid, patientId };
    this.#conversation.recordAccess({ action: 'send', ...whose, detail, outcome: 'ok' });
  }

  /** Failed UIDs belong into every response but the pending ones (PS3.4 section C.4.2.1.4.2). */
  #respond(status: number, counts: SubOperations, withRemaining: boolean): void {
    const failed = status === STATUS.pending ? [] : counts.failedUids;
    const list: DicomJson = { '00080058': { vr: 'UI', Value: [...failed] } };
    const identifier = failed.length === 0 ? null : encodeDataSet(list, this.#request.context.transferSyntax, []);
    this.#answer(status, counts.elements(withRemaining), identifier);
  }

  #answer(status: number, elements: ReturnType<SubOperations['elements']>, identifier: Buffer | null = null): void {
    const { context, command } = this.#request;
    const all = [...responseElements(command, status), ...elements];
    this.#conversation.send(context.id, encodeCommandSet(all, identifier !== null), identifier);
  }
}
