/** Puts PDV slices together to messages: commands whole, data sets as a stream (PS3.7 section 6.3, PS3.8 Annex E). */
import { type CommandSet, decodeCommandSet } from './command-set.ts';
import { GatheredBytes } from './gathered-bytes.ts';
import { CONTROL } from './upper-layer/pdu-types.ts';
import { ABORT_REASON, ProtocolViolation } from './upper-layer/protocol-violation.ts';

/** Takes a message's data set. The slice is there during the call only: what is needed later is copied. */
export interface DataSetSink {
  write(slice: Buffer): void;
  end(): void;
}

/** For data sets of messages that are refused. */
export const DISCARD: DataSetSink = { write() {}, end() {} };

/** The command cannot be taken now; it is offered again by `retry`. */
export const HELD = Symbol('held');

export interface MessageSink {
  /** A command set is complete. Returns where its data set goes; null when the answer does not depend on it. */
  command(contextId: number, command: CommandSet): DataSetSink | null | typeof HELD;
}

export const MAX_COMMAND_BYTES = 64 * 1024;

export class MessageReader {
  readonly #sink: MessageSink;
  #contextId = 0;
  readonly #command = new GatheredBytes();
  #inCommand = false;
  #held: CommandSet | null = null;
  #dataSet: DataSetSink | null = null;

  constructor(sink: MessageSink) {
    this.#sink = sink;
  }

  /** A message has begun and its end has not come. */
  get underWay(): boolean {
    return this.#inCommand || this.#dataSet !== null || this.#held !== null;
  }

  /** A command waits to be offered again. */
  get holds(): boolean {
    return this.#held !== null;
  }

  /** A slice of a PDV; `endOfPdv` with its last one. Throws ProtocolViolation when it does not follow what came before. */
  fragment(contextId: number, control: number, slice: Buffer, endOfPdv: boolean): void {
    const last = endOfPdv && (control & CONTROL.last) !== 0;
    const isCommand = (control & CONTROL.command) !== 0;
    if (this.underWay && contextId !== this.#contextId) throw unexpected('a message changes its presentation context');
    this.#contextId = contextId;
    if (isCommand) this.#commandFragment(slice, last);
    else this.#dataSetFragment(slice, last);
  }

  /** Offers the held command again. */
  retry(): void {
    const command = this.#held;
    if (command === null) return;
    this.#held = null;
    this.#offer(command);
  }

  #commandFragment(slice: Buffer, last: boolean): void {
    if (this.#dataSet !== null) throw unexpected('a command inside a data set');
    if (this.#command.length + slice.length > MAX_COMMAND_BYTES) throw unexpected('a command set without end');
    this.#inCommand = !last;
    this.#command.append(slice);
    if (last) this.#offer(decodeCommandSet(this.#command.take()));
  }

  #offer(command: CommandSet): void {
    const answer = this.#sink.command(this.#contextId, command);
    if (answer === HELD) this.#held = command;
    else if (command.hasDataSet) this.#dataSet = answer ?? DISCARD;
  }

  #dataSetFragment(slice: Buffer, last: boolean): void {
    const dataSet = this.#dataSet;
    if (dataSet === null) throw unexpected('a data set without a command');
    if (slice.length > 0) dataSet.write(slice);
    if (!last) return;
    this.#dataSet = null;
    dataSet.end();
  }
}

function unexpected(what: string): ProtocolViolation {
  return new ProtocolViolation(ABORT_REASON.notSpecified, what);
}
