/**
 * Where a stored file came from, kept in its own Part 10 meta group as private information (PS3.10 section 7.1,
 * (0002,0100) and (0002,0102)), so that a rebuild of the index restores order and versions from the files alone.
 */
import { encodeFileMeta, readPart10Head } from '../dicom/part10.ts';

const CREATOR_UID = '2.25.197461325206473891247391840265137482913';

export interface Provenance {
  /** ISO 8601, UTC, milliseconds. */
  receivedAt: string;
  /** Grows with every received file of this archive, whatever the clock does. */
  receiveSequence: number;
  callingAe: string;
  peerAddress: string;
  /** `AE@address` of an approved device, `user:NAME` of a web user, null when unapproved. */
  device: string | null;
  via: 'dimse' | 'stow' | 'import';
}

export interface FileIdentity {
  sopClassUid: string;
  sopInstanceUid: string;
  transferSyntaxUid: string;
}

interface Seal {
  dataSetLength: number;
  /** SHA-256 of the data set, hex. */
  sha256: string;
}

/** Room for the longest provenance; the header's length must be known before the data set has arrived. */
const ROOM = 640;

/** The bytes before the data set: preamble, DICM and meta group, with room for the seal. */
export function unsealedHeader(identity: FileIdentity): Buffer {
  const privateInformation = { creatorUid: CREATOR_UID, bytes: Buffer.alloc(ROOM, ' ') };
  return encodeFileMeta({ ...identity, privateInformation });
}

/** Writes provenance and seal into the header. A file whose header was never sealed is not whole. */
export function sealHeader(header: Buffer, provenance: Provenance, seal: Seal): void {
  const json = JSON.stringify({ v: 1, ...provenance, ...seal });
  const fits = Buffer.byteLength(json) <= ROOM;
  // The private information is the last element of the meta group.
  header.write(fits ? json : JSON.stringify(shortened(provenance, seal)), header.length - ROOM, 'utf8');
}

/** Peers cannot make the header longer than its room: names are cut, facts stay. */
function shortened(provenance: Provenance, seal: Seal): object {
  const cut = (text: string) => text.slice(0, 24);
  const device = provenance.device === null ? null : cut(provenance.device);
  const peer = { callingAe: cut(provenance.callingAe), peerAddress: cut(provenance.peerAddress), device };
  return { v: 1, ...provenance, ...peer, ...seal };
}

export interface SealedHeader extends FileIdentity {
  dataSetOffset: number;
  provenance: Provenance;
  seal: Seal;
}

/** The header of one of our files; undefined when it was never sealed or is not ours. */
export function readHeader(head: Buffer): SealedHeader | undefined {
  const part10 = readPart10Head(head);
  if (!part10?.privateInformation) return undefined;
  try {
    const { v, dataSetLength, sha256, ...provenance } = JSON.parse(part10.privateInformation.toString('utf8'));
    if (v !== 1 || typeof sha256 !== 'string' || sha256.length !== 64) return undefined;
    const { dataSetOffset, sopClassUid, sopInstanceUid, transferSyntaxUid } = part10;
    return {
      dataSetOffset,
      sopClassUid,
      sopInstanceUid,
      transferSyntaxUid,
      provenance,
      seal: { dataSetLength, sha256 },
    };
  } catch {
    return undefined;
  }
}
