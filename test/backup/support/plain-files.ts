/** Files on a disk and the plan items that name them, for tests that need no database. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { PlanItem } from '../../../backup/plan.ts';

/** Bytes in front of the data set, as the archive's own meta group would be. */
const HEADER = 200;

/** Writes files of the given sizes below `images/` and returns their plan items, numbered from `firstSeq`. */
export async function plainFiles(dataDir: string, sizes: readonly number[], firstSeq = 1): Promise<PlanItem[]> {
  const folder = 'images/2026/11/24';
  await mkdir(path.join(dataDir, folder), { recursive: true });
  return Promise.all(
    sizes.map((size, i) => plainFile(dataDir, `${folder}/00abcd-${firstSeq + i}.dcm`, size, firstSeq + i)),
  );
}

async function plainFile(dataDir: string, file: string, size: number, seq: number): Promise<PlanItem> {
  const bytes = randomBytes(size);
  await writeFile(path.join(dataDir, file), bytes);
  const offset = Math.min(HEADER, size);
  return {
    path: file,
    size,
    seq,
    epoch: 'e1',
    received: seq,
    fileId: `20261124-00abcd-${seq}`,
    studyInstanceUid: `1.2.3.${Math.ceil(seq / 10)}`,
    seriesInstanceUid: `1.2.3.${Math.ceil(seq / 10)}.1`,
    sopInstanceUid: `1.2.3.${Math.ceil(seq / 10)}.1.${seq}`,
    hashed: { offset, length: size - offset, sha256: sha256(bytes.subarray(offset)) },
  };
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The element at `index`, which the test knows to be there. */
export function nth<T>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) throw new Error(`there is no element ${index}`);
  return found;
}
