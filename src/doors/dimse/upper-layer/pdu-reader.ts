/**
 * Cuts the bytes of a connection into PDUs and the P-DATA ones into PDV slices, without joining or copying: a slice is
 * a view of the socket's chunk, and a PDV that spans chunks is handed on in several slices (PS3.8 section 9.3). The
 * chunk's memory is used again after `push`: whatever is needed later is copied.
 */
import { GatheredBytes } from '../gathered-bytes.ts';
import { PDU, PDU_HEADER_BYTES, PDV_HEADER_BYTES } from './pdu-types.ts';
import { ABORT_REASON, ProtocolViolation } from './protocol-violation.ts';

export interface PduSink {
  /** A PDU's header is there: throws ProtocolViolation to refuse its type or its length (bytes after the header). */
  pduStarts(type: number, length: number): void;
  /** A whole PDU other than P-DATA-TF; `body` is what follows its header. */
  controlPdu(type: number, body: Buffer): void;
  /** A slice of a PDV's value, to be read during the call; `endOfPdv` with the last one, which may be empty. */
  fragment(contextId: number, control: number, slice: Buffer, endOfPdv: boolean): void;
}

const NOTHING = Buffer.alloc(0);

type State = 'pdu-header' | 'body' | 'pdv-header' | 'pdv-value';

/** One connection's reader. `push` throws what its sink throws, and ProtocolViolation for broken PDV lengths. */
export class PduReader {
  readonly #sink: PduSink;
  readonly #header = Buffer.allocUnsafe(PDU_HEADER_BYTES);
  #headerFilled = 0;
  #state: State = 'pdu-header';
  #type = 0;
  #pduLeft = 0;
  readonly #body = new GatheredBytes();
  #contextId = 0;
  #control = 0;
  #pdvLeft = 0;
  #held = false;
  #tail: Buffer[] = [];

  constructor(sink: PduSink) {
    this.#sink = sink;
  }

  get held(): boolean {
    return this.#held;
  }

  /** Reads on until the chunk ends or the sink has called `hold`. */
  push(chunk: Buffer): void {
    if (this.#held) this.#tail.push(Buffer.from(chunk));
    else this.#read(chunk);
  }

  /** Stops after the slice that is being handed on; bytes that arrive meanwhile are kept. */
  hold(): void {
    this.#held = true;
  }

  /** Reads what was kept, until it ends or the sink holds again. */
  release(): void {
    this.#held = false;
    const kept = this.#tail;
    this.#tail = [];
    for (const chunk of kept) this.push(chunk);
  }

  #read(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#held) {
        this.#tail.push(Buffer.from(chunk.subarray(at)));
        return;
      }
      if (this.#state === 'pdv-value') at = this.#readValue(chunk, at);
      else if (this.#state === 'body') at = this.#readBody(chunk, at);
      else at = this.#readHeader(chunk, at);
    }
  }

  /** PDU and PDV headers happen to be of one size: six bytes. */
  #readHeader(chunk: Buffer, at: number): number {
    if (this.#headerFilled === 0 && chunk.length - at >= PDU_HEADER_BYTES) {
      this.#headerDone(chunk, at);
      return at + PDU_HEADER_BYTES;
    }
    const taken = chunk.copy(this.#header, this.#headerFilled, at, at + PDU_HEADER_BYTES - this.#headerFilled);
    this.#headerFilled += taken;
    if (this.#headerFilled === PDU_HEADER_BYTES) {
      this.#headerFilled = 0;
      this.#headerDone(this.#header, 0);
    }
    return at + taken;
  }

  #headerDone(bytes: Buffer, at: number): void {
    if (this.#state === 'pdu-header') this.#pduHeader(bytes.readUInt8(at), bytes.readUInt32BE(at + 2));
    else this.#pdvHeader(bytes.readUInt32BE(at), bytes.readUInt8(at + 4), bytes.readUInt8(at + 5));
  }

  #pduHeader(type: number, length: number): void {
    this.#sink.pduStarts(type, length);
    this.#type = type;
    this.#pduLeft = length;
    if (type === PDU.data) {
      if (length < PDV_HEADER_BYTES) throw new ProtocolViolation(ABORT_REASON.invalidParameter, 'P-DATA without a PDV');
      this.#state = 'pdv-header';
    } else if (length === 0) {
      this.#sink.controlPdu(type, NOTHING);
    } else {
      this.#state = 'body';
    }
  }

  #pdvHeader(itemLength: number, contextId: number, control: number): void {
    this.#pduLeft -= PDV_HEADER_BYTES;
    const valueLength = itemLength - 2;
    if (valueLength < 0 || valueLength > this.#pduLeft) {
      throw new ProtocolViolation(ABORT_REASON.invalidParameter, `PDV of length ${itemLength} does not fit its PDU`);
    }
    this.#contextId = contextId;
    this.#control = control;
    this.#pdvLeft = valueLength;
    this.#pduLeft -= valueLength;
    this.#state = 'pdv-value';
    if (valueLength === 0) {
      this.#pdvDone();
      this.#sink.fragment(contextId, control, NOTHING, true);
    }
  }

  #readValue(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + this.#pdvLeft);
    const slice = at === 0 && end === chunk.length ? chunk : chunk.subarray(at, end);
    this.#pdvLeft -= slice.length;
    const endOfPdv = this.#pdvLeft === 0;
    if (endOfPdv) this.#pdvDone();
    this.#sink.fragment(this.#contextId, this.#control, slice, endOfPdv);
    return end;
  }

  #pdvDone(): void {
    if (this.#pduLeft === 0) this.#state = 'pdu-header';
    else if (this.#pduLeft >= PDV_HEADER_BYTES) this.#state = 'pdv-header';
    else throw new ProtocolViolation(ABORT_REASON.invalidParameter, 'stray bytes after the last PDV of a PDU');
  }

  #readBody(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + this.#pduLeft);
    this.#body.append(chunk.subarray(at, end));
    this.#pduLeft -= end - at;
    if (this.#pduLeft === 0) {
      this.#state = 'pdu-header';
      this.#sink.controlPdu(this.#type, this.#body.take());
    }
    return end;
  }
}
