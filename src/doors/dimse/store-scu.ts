/**
 * Storage as SCU (PS3.4 Annex B): sends stored instances to a device, each as it is stored where the device takes that,
 * and says of every one what became of it. One association for up to 128 presentation contexts, more where needed.
 */
import type { Retriever, Selection, StoredInstance } from '../../archive/retrieve.ts';
import type { Log } from '../../log.ts';
import { ELEMENT } from './command-set.ts';
import { ConnectionEnded } from './outgoing.ts';
import { ReadAhead } from './read-ahead.ts';
import { openAssociation, type Requester } from './requester.ts';
import type { AssociationFailure, Destination, RequesterLimits } from './requester-settings.ts';
import { SendingChoice, type SendingSources } from './sending-choice.ts';
import { STATUS } from './status-of.ts';
import { type KindKey, keyOfKind, storeProposals } from './store-proposals.ts';
import { type StoreSubOperation, sendInstance } from './store-scu-on-association.ts';
import { resultOf, type SubOperationResult } from './sub-operations.ts';

/** What became of one instance. */
export interface Delivery {
  readonly instance: StoredInstance;
  readonly result: SubOperationResult;
  /** Some of it went out to the receiver, whatever that made of it. */
  readonly left: boolean;
  /** The receiver's status; absent when it gave none. */
  readonly status?: number;
  /** Why it failed where the receiver gave no status; for support, no patient data. */
  readonly why?: string;
}

export interface StoreRequest extends Pick<SendingSources, 'transcode'> {
  readonly retriever: Pick<Retriever, 'read' | 'begin'>;
  readonly destination: Destination;
  readonly callingAe: string;
  readonly log: Log;
  readonly limits?: Partial<RequesterLimits> | undefined;
  readonly moveOriginator?: StoreSubOperation['moveOriginator'];
  readonly priority?: number;
  /** Ends what is under way at once. */
  readonly signal?: AbortSignal | undefined;
  /** Asked between two instances: stop here? */
  readonly stops?: () => boolean;
  /** Called once for each instance, in order; the next one waits for it. */
  readonly delivered: (delivery: Delivery) => void | Promise<void>;
}

/** 'stopped': `stops` said so, the rest was not tried. A failure: no association could be had, nothing was sent. */
export type StoreOutcome = { readonly kind: 'done' | 'stopped' } | AssociationFailure;

/**
 * Sends instances to a device. Every instance is told to `delivered` unless it was stopped before. Whatever the device
 * does is an outcome; throws what `delivered` and reading the index throw, with the association ended.
 */
export async function storeInstances(selection: Selection, request: StoreRequest): Promise<StoreOutcome> {
  const sender = new Sender(selection.kinds, request);
  try {
    for await (const instance of sender.ahead.of(selection.instances())) {
      if (request.stops?.() === true) return { kind: 'stopped' };
      await request.delivered(await sender.deliver(instance));
    }
    return sender.unreached ?? { kind: 'done' };
  } finally {
    await sender.close();
  }
}

function lost(instance: StoredInstance, { reason, detail }: AssociationFailure, left = false): Delivery {
  return { instance, result: 'failed', left, why: `${reason}: ${detail}` };
}

/** What one association carries. */
interface Line {
  readonly association: Requester;
  readonly choice: SendingChoice;
  readonly kinds: ReadonlySet<KindKey>;
  /** The receiver answered at least one instance, or it was us who ended the association. */
  gotOn: boolean;
}

class Sender {
  readonly ahead: ReadAhead;
  readonly #kinds: Selection['kinds'];
  readonly #request: StoreRequest;
  #line: Line | null = null;
  #reached = false;
  /** Not tried again: no association can be had, or the last one brought nothing across. */
  #givenUp: AssociationFailure | null = null;
  /** Kinds of which the receiver refused every presentation context. */
  readonly #refused = new Map<KindKey, AssociationFailure>();

  constructor(kinds: Selection['kinds'], request: StoreRequest) {
    this.#kinds = kinds;
    this.#request = request;
    this.ahead = new ReadAhead(request.retriever, (instance) => this.#mayGoAsStored(instance));
  }

  /** Why there was no association at all. */
  get unreached(): AssociationFailure | null {
    return this.#reached ? null : this.#givenUp;
  }

  async deliver(instance: StoredInstance): Promise<Delivery> {
    const line = await this.#lineFor(instance);
    if ('reason' in line) return lost(instance, line);
    const sending = await line.choice.of(instance);
    if ('unsendable' in sending) return { instance, result: 'failed', left: false, why: sending.unsendable };
    const { association } = line;
    if (association.failure !== null) return lost(instance, association.failure);
    const { conversation } = association;
    const { moveOriginator, priority = 0 } = this.#request;
    const messageId = conversation.nextMessageId();
    try {
      const sent = await sendInstance(conversation, { ...sending, instance, messageId, priority, moveOriginator });
      if (sent !== 'sent') {
        // A file of ours that is damaged must not keep the others back.
        line.gotOn = true;
        return { instance, result: 'failed', left: sent === 'broken-off', why: 'the stored file cannot be read' };
      }
    } catch (error) {
      if (!(error instanceof ConnectionEnded)) throw error;
    }
    return this.#answered(line, instance, messageId);
  }

  /** Most receivers take what is stored: yes, until this one has said otherwise. */
  #mayGoAsStored(instance: StoredInstance): boolean {
    if (this.#givenUp !== null || this.#refused.has(keyOfKind(instance))) return false;
    return this.#line?.choice.takesStored(instance) !== false;
  }

  async close(): Promise<void> {
    await this.#line?.association.release();
    this.#line = null;
  }

  /** An answer counts even when the connection broke after it. */
  async #answered(line: Line, instance: StoredInstance, messageId: number): Promise<Delivery> {
    const answer = await line.association.response(messageId);
    if (answer.kind === 'failed') return lost(instance, answer, true);
    line.gotOn = true;
    const status = answer.command.number(ELEMENT.status) ?? STATUS.cannotUnderstand;
    return { instance, result: resultOf(status), left: true, status };
  }

  async #lineFor(instance: StoredInstance): Promise<Line | AssociationFailure> {
    if (this.#givenUp !== null) return this.#givenUp;
    const key = keyOfKind(instance);
    const refused = this.#refused.get(key);
    if (refused !== undefined) return refused;
    const line = this.#line;
    const failure = line?.association.failure ?? null;
    if (line !== null && failure === null && line.kinds.has(key)) return line;
    // An association that brought nothing across would end like this for ever.
    if (failure !== null && line?.gotOn === false) {
      this.#givenUp = failure;
      return failure;
    }
    await this.close();
    return this.#open(instance);
  }

  async #open(instance: StoredInstance): Promise<Line | AssociationFailure> {
    const { kinds, proposals } = storeProposals(this.#kinds, instance);
    const association = await openAssociation({ ...this.#request, proposals });
    if (association.kind === 'failed') {
      // Refused contexts are these kinds' own; a device that cannot be reached is everybody's.
      if (association.reason === 'nothing-accepted') for (const key of kinds) this.#refused.set(key, association);
      else this.#givenUp = association;
      return association;
    }
    this.#reached = true;
    const { transcode } = this.#request;
    const choice = new SendingChoice(association.contexts.values(), { retriever: this.ahead, transcode });
    this.#line = { association, choice, kinds, gotOn: false };
    return this.#line;
  }
}
