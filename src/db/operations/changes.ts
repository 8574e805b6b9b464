/** Reading the change log. */
import type { Connections } from '../connection.ts';
import type { Cursor } from './cursors.ts';

export type ChangeKind = 'instance.stored' | 'instance.replaced' | 'instance.attention';

/** One line of the change log; `fileId` names the stored file, `studyId` the study row it belongs to. */
export interface Change {
  seq: number;
  kind: ChangeKind;
  at: string;
  studyId: number;
  fileId: string;
  studyInstanceUid: string;
  seriesInstanceUid: string;
  sopInstanceUid: string;
}

export function changesHead({ index }: Connections, _input: Record<string, never>): Cursor {
  const seq = index.get<{ seq: number | null }>('SELECT max(seq) AS seq FROM changes')?.seq ?? 0;
  return { epoch: epochOf(index), seq };
}

/** Lines after `seq` (and up to `until`), oldest first. */
export function changesSince({ index }: Connections, input: { seq: number; until?: number; limit: number }): Change[] {
  return index.all<Change>(
    `SELECT c.seq, c.kind, c.at, st.id AS studyId, i.file_id AS fileId, st.study_instance_uid AS studyInstanceUid,
            se.series_instance_uid AS seriesInstanceUid, i.sop_instance_uid AS sopInstanceUid
       FROM changes c JOIN instances i ON i.id = c.instance JOIN series se ON se.id = i.series JOIN studies st ON st.id = se.study
      WHERE c.seq > ? AND c.seq <= ? ORDER BY c.seq LIMIT ?`,
    input.seq,
    input.until ?? Number.MAX_SAFE_INTEGER,
    input.limit,
  );
}

/** Far more lines than can have been committed and not flushed. */
const SKIPPED = 1_000_000;

/**
 * After a power cut the newest lines may be gone although followers have read them. Their numbers are not given again:
 * what is filed anew comes after every cursor, and may be seen twice, but never missed.
 */
export function skipChangeNumbers({ index }: Connections, _input: Record<string, never>): void {
  const { changes } = index.run("UPDATE sqlite_sequence SET seq = seq + ? WHERE name = 'changes'", SKIPPED);
  if (changes === 0) index.run("INSERT INTO sqlite_sequence (name, seq) VALUES ('changes', ?)", SKIPPED);
}

function epochOf(index: Connections['index']): string {
  return index.get<{ value: string }>("SELECT value FROM meta WHERE key = 'epoch'")?.value ?? '';
}
