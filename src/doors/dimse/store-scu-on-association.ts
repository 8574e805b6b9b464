/**
 * C-STORE sub-operations on an association that is already there (C-GET): the stored data set goes from the file to the
 * socket as it is, in PDUs that the peer takes. The archive's buffer is handed to the kernel; nothing is encoded again.
 */
import type { Retriever, StoredInstance } from '../../archive/retrieve.ts';
import { COMMAND, ELEMENT, encodeCommandSet } from './command-set.ts';
import type { Conversation } from './conversation.ts';
import { CONTROL } from './upper-layer/pdu-types.ts';
import { fragmentBytes, fragmentHeader, messagePdus } from './upper-layer/pdu-writer.ts';

export interface StoreSubOperation {
  readonly instance: StoredInstance;
  /** Accepted for the instance's SOP class and transfer syntax, with the peer as SCP. */
  readonly contextId: number;
  readonly messageId: number;
  readonly priority: number;
}

export type SendResult = 'sent' | 'not-readable';

/**
 * Sends a C-STORE-RQ with its data set; resolves when the last byte is on its way.
 * A file that cannot be read gives 'not-readable' as long as nothing was sent, and ends the association later on, since
 * a message cannot be taken back. Throws ConnectionEnded.
 */
export async function sendInstance(
  conversation: Conversation,
  retriever: Pick<Retriever, 'read'>,
  operation: StoreSubOperation,
): Promise<SendResult> {
  const { instance } = operation;
  const sender = new DataSetSender(conversation, operation);
  try {
    if (instance.dataSetLength === 0) await sender.send(Buffer.alloc(0));
    else await retriever.read(instance, 0, instance.dataSetLength, (piece) => sender.send(piece));
    return 'sent';
  } catch (error) {
    if (conversation.output.ended) throw error;
    conversation.logFailure(`sending ${instance.fileId}`, error);
    if (sender.hasBegun) conversation.abort('a stored file cannot be read to its end');
    return 'not-readable';
  }
}

class DataSetSender {
  readonly #conversation: Conversation;
  readonly #operation: StoreSubOperation;
  #sent = 0;
  #begun = false;

  constructor(conversation: Conversation, operation: StoreSubOperation) {
    this.#conversation = conversation;
    this.#operation = operation;
  }

  get hasBegun(): boolean {
    return this.#begun;
  }

  /** Sends the next piece of the data set; its memory may be used again when the promise resolves. */
  async send(piece: Buffer): Promise<void> {
    const parts = this.#begun ? [] : [this.#command()];
    this.#begun = true;
    const room = fragmentBytes(this.#conversation.peerMaximum);
    const total = this.#operation.instance.dataSetLength;
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
    const { instance, contextId, messageId, priority } = this.#operation;
    const command = encodeCommandSet(
      [
        [ELEMENT.affectedSopClassUid, instance.sopClassUid],
        [ELEMENT.commandField, COMMAND.storeRq],
        [ELEMENT.messageId, messageId],
        [ELEMENT.priority, priority],
        [ELEMENT.affectedSopInstanceUid, instance.sopInstanceUid],
      ],
      true,
    );
    return messagePdus(contextId, command, null, this.#conversation.peerMaximum);
  }
}
