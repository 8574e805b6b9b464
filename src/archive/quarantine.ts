/** Puts bytes that are no storable image where staff can see them; identical bytes are kept once. */
import { rm } from 'node:fs/promises';
import type { Database } from '../db/database.ts';
import type { ArchiveError } from '../errors.ts';
import type { SealedFile } from '../storage/incoming-image.ts';
import type { Provenance } from '../storage/provenance.ts';
import { moveToQuarantine, quarantinePath } from '../storage/quarantine-files.ts';

export async function quarantine(
  dataDir: string,
  database: Database,
  sealed: SealedFile,
  transferSyntaxUid: string,
  provenance: Provenance,
  reason: ArchiveError,
): Promise<void> {
  const file = await moveToQuarantine(dataDir, sealed);
  const kept = await database.write('addToQuarantine', {
    sha256: sealed.sha256.toString('hex'),
    file,
    dataSetOffset: sealed.dataSetOffset,
    bytes: sealed.dataSetLength,
    transferSyntaxUid,
    code: reason.code,
    detail: reason.detail,
    callingAe: provenance.callingAe,
    peerAddress: provenance.peerAddress,
    via: provenance.via,
    receivedAt: provenance.receivedAt,
  });
  if (kept.file !== file) await rm(quarantinePath(dataDir, file), { force: true });
}
