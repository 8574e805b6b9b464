/** Reading one of our files back: its sealed header, its keys, and whether its bytes are what was sealed. */
import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import type { RegisteredFile } from '../db/operations/register-instance.ts';
import { ArchiveError } from '../errors.ts';
import { readHeader, type SealedHeader } from '../storage/provenance.ts';
import { readRange } from '../storage/read-range.ts';
import { describeInstance } from './describe-instance.ts';

const HEADS = [64 << 10, 1 << 20, 16 << 20];

/** The header of a stored file; undefined when it was never sealed or the file is shorter than its header says. */
export async function readSealedHeader(path: string): Promise<SealedHeader | undefined> {
  const header = readHeader(await readHead(path, 4096));
  if (!header) return undefined;
  const { size } = await stat(path);
  return size === header.dataSetOffset + header.seal.dataSetLength ? header : undefined;
}

/** Does the data set still have the hash it was sealed with? Reads the whole file. */
export async function isIntact(path: string, header: SealedHeader): Promise<boolean> {
  const hash = createHash('sha256');
  const end = header.dataSetOffset + header.seal.dataSetLength;
  await readRange(path, header.dataSetOffset, end, (chunk) => void hash.update(chunk));
  return hash.digest('hex') === header.seal.sha256;
}

/**
 * The row of a stored file, from the file alone.
 * @throws ArchiveError DATA_SET_UNREADABLE or IDENTIFIERS_INVALID
 */
export async function describeStoredFile(fileId: string, path: string, header: SealedHeader): Promise<RegisteredFile> {
  const { dataSetOffset, transferSyntaxUid, provenance, seal } = header;
  for (const size of HEADS) {
    const head = (await readHead(path, dataSetOffset + size)).subarray(dataSetOffset);
    const described = await describeInstance(head, transferSyntaxUid, head.length === seal.dataSetLength);
    if (!described) continue;
    const { dataSetLength } = seal;
    const sha256 = Buffer.from(seal.sha256, 'hex');
    return { fileId, dataSetOffset, dataSetLength, sha256, transferSyntaxUid, ...described, ...provenance };
  }
  throw new ArchiveError('DATA_SET_UNREADABLE', 'the header is longer than 16 MB');
}

async function readHead(path: string, length: number): Promise<Buffer> {
  const handle = await open(path, 'r');
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
