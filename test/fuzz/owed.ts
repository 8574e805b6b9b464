/**
 * What the appliance owes to a peer that has sent certain bytes, read by a parser of the fuzzer's own: an answer to every
 * whole request, and the end of the association for everything that cannot be understood. As long as something is owed
 * and the connection stays open and silent, the peer is unanswered.
 */
import { readImplicit } from '../support/dimse-bytes.ts';

export interface Owed {
  /** A-ASSOCIATE-RQ is whole: AC, RJ or an end. */
  association: boolean;
  /** Whole requests: that many final responses. */
  responses: number;
  /** Something is wrong or over: the connection has to end. */
  end: string | null;
  /** Nothing is half sent: the peer may send a message of its own. */
  atRest: boolean;
}

interface Sent {
  type: number;
  body: Buffer;
}

/** @param accepted ids of the presentation contexts that were accepted; undefined as long as nobody knows */
export function owedFor(sent: Buffer, accepted: ReadonlySet<number> | undefined): Owed {
  const owed: Owed = { association: false, responses: 0, end: null, atRest: true };
  const messages = new Messages(owed, accepted);
  let at = 0;
  while (owed.end === null && at < sent.length) {
    const next = pduAt(sent, at, owed);
    if (next === undefined) break;
    at += 6 + next.body.length;
    if (!owed.association) {
      if (next.type === 1) owed.association = true;
      else owed.end = `PDU type ${next.type} before an association`;
    } else if (next.type === 4) messages.read(next.body);
    else owed.end = `PDU type ${next.type} in an association`;
  }
  if (at < sent.length || messages.underWay) owed.atRest = false;
  return owed;
}

const LONGEST = { associate: 256 * 1024, data: 262_144, control: 4 };

/** The next whole PDU; undefined when it is not all there, or when its header is reason enough to end. */
function pduAt(sent: Buffer, at: number, owed: Owed): Sent | undefined {
  if (at + 6 > sent.length) return undefined;
  const type = sent.readUInt8(at);
  const length = sent.readUInt32BE(at + 2);
  const most = type === 4 ? LONGEST.data : type === 1 ? LONGEST.associate : LONGEST.control;
  const expected = owed.association ? [4, 5, 7] : [1, 7];
  if (!expected.includes(type)) owed.end = `PDU type ${type} is unexpected`;
  else if (length > most || (type === 4 && length < 6)) owed.end = `PDU type ${type} of ${length} bytes`;
  if (owed.end !== null || at + 6 + length > sent.length) return undefined;
  return { type, body: sent.subarray(at + 6, at + 6 + length) };
}

class Messages {
  readonly #owed: Owed;
  readonly #accepted: ReadonlySet<number> | undefined;
  #command: Buffer[] = [];
  #contextId = 0;
  #phase: 'none' | 'command' | 'data-set' = 'none';
  #expectsResponse = false;

  constructor(owed: Owed, accepted: ReadonlySet<number> | undefined) {
    this.#owed = owed;
    this.#accepted = accepted;
  }

  get underWay(): boolean {
    return this.#phase !== 'none';
  }

  read(body: Buffer): void {
    for (let at = 0; at < body.length && this.#owed.end === null; ) {
      const length = at + 6 <= body.length ? body.readUInt32BE(at) : 0;
      if (length < 2 || at + 4 + length > body.length) this.#owed.end = 'a PDV that does not fit its PDU';
      else this.#pdv(body.readUInt8(at + 4), body.readUInt8(at + 5), body.subarray(at + 6, at + 4 + length));
      at += 4 + length;
    }
  }

  #pdv(contextId: number, control: number, value: Buffer): void {
    const isCommand = (control & 1) !== 0;
    if (this.#accepted?.has(contextId) === false) this.#owed.end = `context ${contextId} is not accepted`;
    else if (this.underWay && contextId !== this.#contextId) this.#owed.end = 'a message changes its context';
    else if (isCommand === (this.#phase === 'data-set')) this.#owed.end = 'command and data set out of order';
    else this.#fragment(contextId, isCommand, (control & 2) !== 0, value);
  }

  #fragment(contextId: number, isCommand: boolean, last: boolean, value: Buffer): void {
    this.#contextId = contextId;
    if (isCommand) {
      this.#phase = 'command';
      this.#command.push(value);
      if (last) this.#commandIsWhole();
    } else if (last) this.#messageIsWhole();
  }

  #commandIsWhole(): void {
    const bytes = Buffer.concat(this.#command);
    this.#command = [];
    const elements = readImplicit(bytes);
    const field = us(elements['00000100']);
    if (!isWellFormed(bytes) || field === undefined) {
      this.#owed.end = 'a command set that cannot be read';
      return;
    }
    this.#expectsResponse = (field & 0x8000) === 0 && field !== 0x0fff;
    if ((us(elements['00000800']) ?? 0x101) === 0x101) this.#messageIsWhole();
    else this.#phase = 'data-set';
  }

  #messageIsWhole(): void {
    this.#phase = 'none';
    if (this.#expectsResponse) this.#owed.responses++;
  }
}

function us(value: Buffer | undefined): number | undefined {
  return value !== undefined && value.length >= 2 ? value.readUInt16LE(0) : undefined;
}

function isWellFormed(command: Buffer): boolean {
  let at = 0;
  while (at + 8 <= command.length && command.readUInt16LE(at) === 0) at += 8 + command.readUInt32LE(at + 4);
  return at === command.length;
}
