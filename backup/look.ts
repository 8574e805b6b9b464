/** A look into a backup without restoring it: its newest good copy of the index, read on a local disk. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DatabaseBeside } from '../src/db/database-beside.ts';
import type { StudyInCopy } from '../src/db/operations/backup.ts';
import { ArchiveError } from '../src/errors.ts';
import { fileIdToPath } from '../src/storage/file-id.ts';
import { restoreNewest } from './restore-databases.ts';
import type { Selection } from './selection.ts';
import type { Target } from './target.ts';

export const MOST_STUDIES = 500;

/**
 * Studies of a backup, newest first.
 * @param text a Patient ID, a Study Instance UID, or a part of a name; all when empty
 * @throws ArchiveError NOT_FOUND when there is no good copy of the index
 */
export function studiesOn(target: Target, text: string): Promise<StudyInCopy[]> {
  return withIndex(target, (database) => database.read('studiesInCopy', { text, limit: MOST_STUDIES }));
}

/** What is to be restored of a patient. @throws ArchiveError NOT_FOUND when the backup knows nobody of this Patient ID */
export async function selectPatient(target: Target, patientId: string): Promise<Selection> {
  const files = await withIndex(target, (database) => database.read('filesOfPatient', { patientId }));
  if (files.length === 0) throw new ArchiveError('NOT_FOUND', patientId);
  const paths = new Set(files.map(({ fileId }) => fileIdToPath(fileId).split(path.sep).join('/')));
  return { uids: [...new Set(files.map(({ studyInstanceUid }) => studyInstanceUid))], paths };
}

async function withIndex<T>(target: Target, act: (database: DatabaseBeside) => T): Promise<T> {
  const scratch = await mkdtemp(path.join(os.tmpdir(), 'clinicpacs-look-'));
  try {
    for (const kind of ['index', 'records'] as const) {
      if (!(await restoreNewest(target, scratch, kind, []))) throw new ArchiveError('NOT_FOUND', `db/*.${kind}.sqlite`);
    }
    const database = DatabaseBeside.open(scratch);
    try {
      return act(database);
    } finally {
      database.close();
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
