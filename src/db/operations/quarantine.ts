/** Rows about what was received but cannot be stored as an image. */
import type { Connections } from '../connection.ts';

export interface QuarantineEntry {
  sha256: string;
  /** File name under quarantine/. */
  file: string;
  dataSetOffset: number;
  bytes: number;
  transferSyntaxUid: string;
  code: string;
  detail: string;
  callingAe: string;
  peerAddress: string;
  via: string;
  receivedAt: string;
}

export interface QuarantineRow extends Omit<QuarantineEntry, 'receivedAt'> {
  id: number;
  firstReceivedAt: string;
  lastReceivedAt: string;
  times: number;
}

const COLUMNS = `id, sha256, file, data_set_offset AS dataSetOffset, bytes, transfer_syntax_uid AS transferSyntaxUid,
  code, detail, calling_ae AS callingAe, peer_address AS peerAddress, via, first_received_at AS firstReceivedAt,
  last_received_at AS lastReceivedAt, times`;

/** Adds a row, or counts one more time when the same bytes lie there already; says which file keeps them. */
export function addToQuarantine({ records }: Connections, entry: QuarantineEntry): { file: string; known: boolean } {
  const known = records.get<{ file: string }>('SELECT file FROM quarantine WHERE sha256 = ?', entry.sha256);
  if (known) {
    records.run(
      'UPDATE quarantine SET times = times + 1, last_received_at = ? WHERE sha256 = ?',
      entry.receivedAt,
      entry.sha256,
    );
    return { file: known.file, known: true };
  }
  records.run(
    `INSERT INTO quarantine (sha256, file, data_set_offset, bytes, transfer_syntax_uid, code, detail, calling_ae,
       peer_address, via, first_received_at, last_received_at)
     VALUES (@sha256, @file, @dataSetOffset, @bytes, @transferSyntaxUid, @code, @detail, @callingAe, @peerAddress, @via,
       @receivedAt, @receivedAt)`,
    entry,
  );
  return { file: entry.file, known: false };
}

export function listQuarantine({ records }: Connections, input: { limit: number }): QuarantineRow[] {
  return records.all<QuarantineRow>(
    `SELECT ${COLUMNS} FROM quarantine ORDER BY last_received_at DESC, id DESC LIMIT ?`,
    input.limit,
  );
}

export function quarantineById({ records }: Connections, input: { id: number }): QuarantineRow | undefined {
  return records.get<QuarantineRow>(`SELECT ${COLUMNS} FROM quarantine WHERE id = ?`, input.id);
}
