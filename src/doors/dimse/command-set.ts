/** DIMSE command sets: group 0000 in implicit VR little endian (PS3.7 section 6.3 and Annex E). */
import { ABORT_REASON, ProtocolViolation } from './upper-layer/protocol-violation.ts';

/** Command fields (PS3.7 table E.1-1); a response is its request with bit 15 set. */
export const COMMAND = {
  storeRq: 0x0001,
  getRq: 0x0010,
  findRq: 0x0020,
  moveRq: 0x0021,
  echoRq: 0x0030,
  eventReportRq: 0x0100,
  setRq: 0x0120,
  actionRq: 0x0130,
  createRq: 0x0140,
  cancelRq: 0x0fff,
} as const;

export const RESPONSE_BIT = 0x8000;

/** Elements of group 0000 that this door reads or writes. */
export const ELEMENT = {
  affectedSopClassUid: 0x0002,
  requestedSopClassUid: 0x0003,
  commandField: 0x0100,
  messageId: 0x0110,
  messageIdBeingRespondedTo: 0x0120,
  moveDestination: 0x0600,
  priority: 0x0700,
  dataSetType: 0x0800,
  status: 0x0900,
  errorComment: 0x0902,
  errorId: 0x0903,
  affectedSopInstanceUid: 0x1000,
  requestedSopInstanceUid: 0x1001,
  eventTypeId: 0x1002,
  attributeIdentifierList: 0x1005,
  actionTypeId: 0x1008,
  remaining: 0x1020,
  completed: 0x1021,
  failed: 0x1022,
  warning: 0x1023,
  moveOriginatorAe: 0x1030,
  moveOriginatorMessageId: 0x1031,
} as const;

const NO_DATA_SET = 0x0101;

/** Padded with a space; UIDs are padded with NUL. */
const TEXTS: ReadonlySet<number> = new Set([ELEMENT.errorComment, ELEMENT.moveDestination, ELEMENT.moveOriginatorAe]);

/** A command set as received. */
export class CommandSet {
  readonly #values: ReadonlyMap<number, Buffer>;

  constructor(values: ReadonlyMap<number, Buffer>) {
    this.#values = values;
  }

  /** A US element; undefined when absent or empty. */
  number(element: number): number | undefined {
    const value = this.#values.get(element);
    return value !== undefined && value.length >= 2 ? value.readUInt16LE(0) : undefined;
  }

  /** A UI, AE or LO element without padding; '' when absent. */
  text(element: number): string {
    const value = this.#values.get(element);
    if (value === undefined) return '';
    let end = value.length;
    while (end > 0 && (value[end - 1] === 0 || value[end - 1] === 0x20)) end--;
    return value.toString('latin1', 0, end);
  }

  get field(): number {
    return this.number(ELEMENT.commandField) ?? 0;
  }

  get messageId(): number {
    return this.number(ELEMENT.messageId) ?? 0;
  }

  get hasDataSet(): boolean {
    return (this.number(ELEMENT.dataSetType) ?? NO_DATA_SET) !== NO_DATA_SET;
  }

  get isResponse(): boolean {
    return (this.field & RESPONSE_BIT) !== 0;
  }
}

/** Reads a command set. Throws ProtocolViolation when it is not one: the peer cannot be understood. */
export function decodeCommandSet(bytes: Buffer): CommandSet {
  const values = new Map<number, Buffer>();
  let at = 0;
  while (at < bytes.length) {
    if (at + 8 > bytes.length || bytes.readUInt16LE(at) !== 0) throw notACommandSet();
    const end = at + 8 + bytes.readUInt32LE(at + 4);
    if (end > bytes.length) throw notACommandSet();
    values.set(bytes.readUInt16LE(at + 2), bytes.subarray(at + 8, end));
    at = end;
  }
  const command = new CommandSet(values);
  if (command.number(ELEMENT.commandField) === undefined) throw notACommandSet();
  return command;
}

function notACommandSet(): ProtocolViolation {
  return new ProtocolViolation(ABORT_REASON.notSpecified, 'the command set cannot be read');
}

/** An element and its value: a number is a US, a string a UI, AE or LO, bytes are as they are. */
export type CommandElement = readonly [element: number, value: number | string | Buffer];

/**
 * Writes a command set with its group length.
 * @param elements in any order; the data set type (0000,0800) is added.
 */
export function encodeCommandSet(elements: readonly CommandElement[], hasDataSet: boolean): Buffer {
  const all: CommandElement[] = [...elements, [ELEMENT.dataSetType, hasDataSet ? 1 : NO_DATA_SET]];
  all.sort((a, b) => a[0] - b[0]);
  const size = all.reduce((sum, [, value]) => sum + 8 + valueBytes(value), 12);
  const out = Buffer.allocUnsafe(size);
  writeHeader(out, 0, 0, 4);
  out.writeUInt32LE(size - 12, 8);
  let at = 12;
  for (const [element, value] of all) {
    writeHeader(out, at, element, valueBytes(value));
    at = writeValue(out, at + 8, element, value);
  }
  return out;
}

function valueBytes(value: CommandElement[1]): number {
  return typeof value === 'number' ? 2 : value.length + (value.length & 1);
}

function writeHeader(out: Buffer, at: number, element: number, length: number): void {
  out.writeUInt16LE(0, at);
  out.writeUInt16LE(element, at + 2);
  out.writeUInt32LE(length, at + 4);
}

function writeValue(out: Buffer, at: number, element: number, value: CommandElement[1]): number {
  if (typeof value === 'number') return out.writeUInt16LE(value, at);
  if (Buffer.isBuffer(value)) return at + value.copy(out, at);
  const end = at + out.write(value, at, 'latin1');
  return (value.length & 1) === 0 ? end : out.writeUInt8(TEXTS.has(element) ? 0x20 : 0, end);
}

/** The elements that every response starts with (PS3.7 section 9.3). */
export function responseElements(request: CommandSet, status: number): CommandElement[] {
  const elements: CommandElement[] = [
    [ELEMENT.commandField, request.field | RESPONSE_BIT],
    [ELEMENT.messageIdBeingRespondedTo, request.messageId],
    [ELEMENT.status, status],
  ];
  const sopClass = request.text(ELEMENT.affectedSopClassUid) || request.text(ELEMENT.requestedSopClassUid);
  if (sopClass !== '') elements.push([ELEMENT.affectedSopClassUid, sopClass]);
  const sopInstance = request.text(ELEMENT.affectedSopInstanceUid) || request.text(ELEMENT.requestedSopInstanceUid);
  if (sopInstance !== '') elements.push([ELEMENT.affectedSopInstanceUid, sopInstance]);
  return elements;
}

/** Longest LO value. */
const COMMENT_CHARACTERS = 64;

/** The error comment (0000,0902) of a failure: printable ASCII, cut to what an LO holds. */
export function errorComment(text: string): CommandElement {
  return [
    ELEMENT.errorComment,
    text
      .replace(/[^ -~]/g, '?')
      .replace(/\\/g, '/')
      .slice(0, COMMENT_CHARACTERS),
  ];
}
