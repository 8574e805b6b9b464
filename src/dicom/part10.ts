/** The head of a Part 10 file: preamble, `DICM` and the File Meta Information group (PS3.10 section 7.1). */
import { type ElementHeader, guessEncoding, readHeader } from './element-header.ts';
import { EXPLICIT_BE, EXPLICIT_LE, IMPLICIT_LE } from './transfer-syntaxes.ts';

export interface Part10Head {
  /** First byte of the data set. */
  readonly dataSetOffset: number;
  /** As written; guessed from the data set when the meta group has none. */
  readonly transferSyntaxUid: string;
  /** '' when the meta group has none. */
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  /** Value of (0002,0102). */
  readonly privateInformation?: Buffer;
}

export interface FileMeta {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
  readonly privateInformation?: { readonly creatorUid: string; readonly bytes: Buffer };
}

/** (0002,0012) of every file we write: a UUID made once for this product (PS3.5 section B.2). */
export const IMPLEMENTATION_CLASS_UID = '2.25.336009374919048244207325761218303055314';
/** (0002,0013), at most 16 characters. */
export const IMPLEMENTATION_VERSION_NAME = 'CLINICPACS_1';

const PREAMBLE = 128;
const MAGIC = 'DICM';
const META_GROUP = 0x0002;
const MEDIA_STORAGE_SOP_CLASS = 0x00020002;
const MEDIA_STORAGE_SOP_INSTANCE = 0x00020003;
const TRANSFER_SYNTAX = 0x00020010;
const PRIVATE_INFORMATION = 0x00020102;

/**
 * Reads the meta group at the beginning of a file. Tolerant: no preamble, no `DICM`, a wrong or missing group length, a
 * meta group in implicit VR, no Transfer Syntax UID.
 * @param head beginning of the file; it must reach to the end of the meta group
 * @returns undefined when there is no meta group (see `guessTransferSyntax`), or it is cut
 */
export function readPart10Head(head: Buffer): Part10Head | undefined {
  const begin = metaOffset(head);
  if (begin === undefined) return undefined;
  const values = new Map<number, Buffer>();
  const dataSetOffset = readMetaGroup(head, begin, values);
  if (dataSetOffset === undefined) return undefined;
  if (values.size === 0 && !isHeadWithoutMeta(head, begin)) return undefined;
  const uid = (tag: number) => (values.get(tag)?.toString('latin1') ?? '').replace(/^[\0 ]+|[\0 ]+$/g, '');
  const privateInformation = values.get(PRIVATE_INFORMATION);
  return {
    dataSetOffset,
    transferSyntaxUid: uid(TRANSFER_SYNTAX) || guessTransferSyntax(head.subarray(dataSetOffset)) || IMPLICIT_LE,
    sopClassUid: uid(MEDIA_STORAGE_SOP_CLASS),
    sopInstanceUid: uid(MEDIA_STORAGE_SOP_INSTANCE),
    ...(privateInformation === undefined ? {} : { privateInformation }),
  };
}

/**
 * `DICM` without a meta group behind it may be by chance in the middle of a value, whose end may even be the beginning of
 * an element: a data set that begins where the preamble would be decides.
 */
function isHeadWithoutMeta(head: Buffer, begin: number): boolean {
  return guessTransferSyntax(head) === undefined && guessTransferSyntax(head.subarray(begin)) !== undefined;
}

/** Where the meta group begins: behind preamble and `DICM`, behind a bare `DICM`, or at the very beginning. */
function metaOffset(head: Buffer): number | undefined {
  if (head.toString('latin1', PREAMBLE, PREAMBLE + 4) === MAGIC) return PREAMBLE + 4;
  if (head.toString('latin1', 0, 4) === MAGIC) return 4;
  return head.length >= 8 && head.readUInt16LE(0) === META_GROUP ? 0 : undefined;
}

/**
 * Collects the elements of group 0002 and returns where the data set begins. The group ends where another group begins:
 * its length element is wrong too often to be believed.
 */
function readMetaGroup(head: Buffer, begin: number, values: Map<number, Buffer>): number | undefined {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const header: ElementHeader = { tag: 0, vr: '', length: 0, valueOffset: 0 };
  let at = begin;
  while (at + 8 <= head.length && view.getUint16(at, true) === META_GROUP) {
    if (!readHeader(view, at, head.length, true, true, header)) return undefined;
    const end = header.valueOffset + header.length;
    if (end > head.length) return undefined;
    values.set(header.tag, head.subarray(header.valueOffset, end));
    at = end;
  }
  return at;
}

/**
 * Transfer Syntax of a bare data set, told from its first bytes: implicit or explicit VR little endian, or explicit VR
 * big endian; undefined when they do not look like a data set.
 */
export function guessTransferSyntax(head: Buffer): string | undefined {
  const encoding = guessEncoding(head);
  if (encoding === undefined) return undefined;
  if (encoding.explicitVr) return encoding.littleEndian ? EXPLICIT_LE : EXPLICIT_BE;
  return encoding.littleEndian ? IMPLICIT_LE : undefined;
}

/**
 * Preamble (128 zero bytes), `DICM` and the meta group in explicit VR little endian. The data set follows directly.
 * UIDs are written as given; control characters in them are the caller's fault.
 */
export function encodeFileMeta(meta: FileMeta): Buffer {
  const elements = [
    element(0x0001, 'OB', Buffer.from([0, 1])),
    element(0x0002, 'UI', uidBytes(meta.sopClassUid)),
    element(0x0003, 'UI', uidBytes(meta.sopInstanceUid)),
    element(0x0010, 'UI', uidBytes(meta.transferSyntaxUid)),
    element(0x0012, 'UI', uidBytes(IMPLEMENTATION_CLASS_UID)),
    element(0x0013, 'SH', padded(Buffer.from(IMPLEMENTATION_VERSION_NAME, 'latin1'), 0x20)),
  ];
  if (meta.privateInformation !== undefined) {
    elements.push(element(0x0100, 'UI', uidBytes(meta.privateInformation.creatorUid)));
    elements.push(element(0x0102, 'OB', padded(meta.privateInformation.bytes, 0)));
  }
  const group = Buffer.concat(elements);
  const groupLength = Buffer.alloc(4);
  groupLength.writeUInt32LE(group.length);
  return Buffer.concat([Buffer.alloc(PREAMBLE), Buffer.from(MAGIC), element(0x0000, 'UL', groupLength), group]);
}

function element(number: number, vr: 'OB' | 'UI' | 'SH' | 'UL', value: Buffer): Buffer {
  const long = vr === 'OB';
  const header = Buffer.alloc(long ? 12 : 8);
  header.writeUInt16LE(META_GROUP, 0);
  header.writeUInt16LE(number, 2);
  header.write(vr, 4, 'latin1');
  if (long) header.writeUInt32LE(value.length, 8);
  else header.writeUInt16LE(value.length, 6);
  return Buffer.concat([header, value]);
}

function uidBytes(uid: string): Buffer {
  return padded(Buffer.from(uid, 'latin1'), 0);
}

function padded(bytes: Buffer, padding: number): Buffer {
  return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.from([padding])]);
}
