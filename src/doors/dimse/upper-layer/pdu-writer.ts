/** Writes the PDUs that this side sends: P-DATA-TF, A-RELEASE-RP, A-ABORT (PS3.8 sections 9.3.5 to 9.3.8). */
import { CONTROL, PDU, PDU_HEADER_BYTES, PDV_HEADER_BYTES } from './pdu-types.ts';

const HEADERS = PDU_HEADER_BYTES + PDV_HEADER_BYTES;

/** The smallest maximum length that leaves room for two bytes of a message. */
export const SMALLEST_PEER_MAXIMUM = PDV_HEADER_BYTES + 2;

/** Longest PDU that is sent to a peer that sets no limit. */
const OWN_MAXIMUM = 1024 * 1024;

/**
 * Bytes of a message that fit into one PDU of one PDV (always even: PS3.8 Annex E.1 asks for even fragments).
 * @param peerMaximum the maximum length that the peer gave (PS3.8 Annex D.1); 0 = no limit.
 */
export function fragmentBytes(peerMaximum: number): number {
  const maximum = peerMaximum === 0 ? OWN_MAXIMUM : Math.min(peerMaximum, OWN_MAXIMUM);
  return Math.max(2, (maximum - PDV_HEADER_BYTES) & ~1);
}

/** The twelve bytes before a fragment of `length` bytes that goes into a PDU of its own. */
export function fragmentHeader(contextId: number, control: number, length: number): Buffer {
  const header = Buffer.allocUnsafe(HEADERS);
  writeFragmentHeader(header, 0, contextId, control, length);
  return header;
}

function writeFragmentHeader(out: Buffer, at: number, contextId: number, control: number, length: number): void {
  out.writeUInt8(PDU.data, at);
  out.writeUInt8(0, at + 1);
  out.writeUInt32BE(length + PDV_HEADER_BYTES, at + 2);
  out.writeUInt32BE(length + 2, at + 6);
  out.writeUInt8(contextId, at + 10);
  out.writeUInt8(control, at + 11);
}

/** A whole message as PDUs in one buffer, so that it leaves in one write: with Nagle's algorithm or without, no wait. */
export function messagePdus(contextId: number, command: Buffer, dataSet: Buffer | null, peerMaximum: number): Buffer {
  const room = fragmentBytes(peerMaximum);
  const size = pdusBytes(command.length, room) + (dataSet === null ? 0 : pdusBytes(dataSet.length, room));
  const out = Buffer.allocUnsafe(size);
  const end = writePdus(out, 0, contextId, CONTROL.command, command, room);
  if (dataSet !== null) writePdus(out, end, contextId, 0, dataSet, room);
  return out;
}

function pdusBytes(length: number, room: number): number {
  return length + Math.max(1, Math.ceil(length / room)) * HEADERS;
}

function writePdus(out: Buffer, start: number, contextId: number, kind: number, bytes: Buffer, room: number): number {
  let at = start;
  let taken = 0;
  do {
    const length = Math.min(room, bytes.length - taken);
    const last = taken + length === bytes.length ? CONTROL.last : 0;
    writeFragmentHeader(out, at, contextId, kind | last, length);
    bytes.copy(out, at + HEADERS, taken, taken + length);
    at += HEADERS + length;
    taken += length;
  } while (taken < bytes.length);
  return at;
}

/** A-RELEASE-RQ (PS3.8 section 9.3.6). */
export function releaseRequest(): Buffer {
  return Buffer.from([PDU.releaseRq, 0, 0, 0, 0, 4, 0, 0, 0, 0]);
}

/** A-RELEASE-RP (PS3.8 section 9.3.7). */
export function releaseResponse(): Buffer {
  return Buffer.from([PDU.releaseRp, 0, 0, 0, 0, 4, 0, 0, 0, 0]);
}

/**
 * A-ABORT (PS3.8 section 9.3.8).
 * @param source 0 = service user, 2 = service provider; the reason counts only with 2.
 */
export function abortPdu(source: 0 | 2, reason: number): Buffer {
  return Buffer.from([PDU.abort, 0, 0, 0, 0, 4, 0, 0, source, source === 2 ? reason : 0]);
}
