/**
 * C-STORE requests on an association that is there (of a C-GET, or one of ours): the data set goes from the file to the
 * socket as it is, in PDUs that the peer takes. The archive's buffer is handed to the kernel; nothing is encoded again.
 */
import type { StoredInstance } from '../../archive/retrieve.ts';
import { COMMAND, type CommandElement, ELEMENT, encodeCommandSet } from './command-set.ts';
import type { Conversation } from './conversation.ts';
import type { Sending } from './sending-choice.ts';
import { CONTROL } from './upper-layer/pdu-types.ts';
import { fragmentBytes, fragmentHeader, messagePdus } from './upper-layer/pdu-writer.ts';

export interface StoreSubOperation extends Sending {
  readonly instance: Pick<StoredInstance, 'fileId' | 'sopClassUid' | 'sopInstanceUid'>;
  readonly messageId: number;
  readonly priority: number;
  /** Who asked for it by C-MOVE (PS3.7 section 9.3.1.1). */
  readonly moveOriginator?: { readonly aeTitle: string; readonly messageId: number } | undefined;
}

/** What sending needs of an association. */
export type Line = Pick<Conversation, 'output' | 'peerMaximum' | 'abort' | 'logFailure'>;

/** 'broken-off': the stored file ended or could not be read in the middle, and the association is aborted. */
export type SendResult = 'sent' | 'not-readable' | 'broken-off';

/**
 * Sends a C-STORE-RQ with its data set; resolves when the last byte is on its way.
 * A file that cannot be read gives 'not-readable' as long as nothing was sent, and ends the association later on, since
 * a message cannot be taken back. Throws ConnectionEnded.
 */
export async function sendInstance(conversation: Line, operation: StoreSubOperation): Promise<SendResult> {
  const { instance, bytes } = operation;
  const sender = new DataSetSender(conversation, operation);
  try {
    if (bytes.length === 0) await sender.send(Buffer.alloc(0));
    else await bytes.read((piece) => sender.send(piece));
    if (!sender.isComplete) throw new RangeError('the data set is shorter than announced');
    return 'sent';
  } catch (error) {
    if (conversation.output.ended) throw error;
    conversation.logFailure(`sending ${instance.fileId}`, error);
    if (!sender.hasBegun) return 'not-readable';
    conversation.abort('a stored file cannot be read to its end');
    return 'broken-off';
  }
}

class DataSetSender {
  readonly #conversation: Line;
  readonly #operation: StoreSubOperation;
  #sent = 0;
  #begun = false;

  constructor(conversation: Line, operation: StoreSubOperation) {
    this.#conversation = conversation;
    this.#operation = operation;
  }

  get hasBegun(): boolean {
    return this.#begun;
  }

  get isComplete(): boolean {
    return this.#sent === this.#operation.bytes.length;
  }

  /** Sends the next piece of the data set; its memory may be used again when the promise resolves. */
  async send(piece: Buffer): Promise<void> {
    const parts = this.#begun ? [] : [this.#command()];
    this.#begun = true;
    const room = fragmentBytes(this.#conversation.peerMaximum);
    const total = this.#operation.bytes.length;
    let at = 0;
    do {
      const fragment = piece.subarray(at, at + room);
      at += fragment.length;
      this.#sent += fragment.length;
      const control = this.#sent === total ? CONTROL.last : 0;
      parts.push(fragmentHeader(this.#operation.contextId, control, fragment.length), fragment);
    } while (at < piece.length);
    await this.#conversation.output.writeAll(parts);
  }

  /** PS3.7 section 9.3.1.1. */
  #command(): Buffer {
    const { instance, contextId, messageId, priority, moveOriginator } = this.#operation;
    const elements: CommandElement[] = [
      [ELEMENT.affectedSopClassUid, instance.sopClassUid],
      [ELEMENT.commandField, COMMAND.storeRq],
      [ELEMENT.messageId, messageId],
      [ELEMENT.priority, priority],
      [ELEMENT.affectedSopInstanceUid, instance.sopInstanceUid],
    ];
    if (moveOriginator !== undefined) {
      elements.push([ELEMENT.moveOriginatorAe, moveOriginator.aeTitle]);
      elements.push([ELEMENT.moveOriginatorMessageId, moveOriginator.messageId]);
    }
    return messagePdus(contextId, encodeCommandSet(elements, true), null, this.#conversation.peerMaximum);
  }
}
