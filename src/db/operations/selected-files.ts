/** Retrievals of any size: first the list of files, which stays small, then their rows page by page. */
import type { Connections } from '../connection.ts';
import { type InstanceSelector, rowOfFile, type StoredInstanceRow, whereOf } from './stored-instances.ts';

/** A SOP class in a transfer syntax: what an association has to be opened for. */
export interface InstanceKind {
  sopClassUid: string;
  transferSyntaxUid: string;
}

export interface SelectedFiles {
  /** In reading order within each selector: series number, instance number, order of receipt. */
  fileIds: string[];
  /** Which kinds there are, each once. */
  kinds: InstanceKind[];
}

/** Files of the current instances that the selectors find, at most `limit`. */
export function selectFiles(
  { index }: Connections,
  { selectors, limit }: { selectors: readonly InstanceSelector[]; limit: number },
): SelectedFiles {
  const fileIds: string[] = [];
  const kinds = new Map<string, InstanceKind>();
  for (const selector of selectors) {
    const { where, values } = whereOf(selector);
    const rows = index.all<InstanceKind & { fileId: string }>(
      `SELECT i.file_id AS fileId, i.sop_class_uid AS sopClassUid, i.transfer_syntax_uid AS transferSyntaxUid ${where}`,
      ...values,
      limit - fileIds.length,
    );
    for (const { fileId, ...kind } of rows) {
      fileIds.push(fileId);
      kinds.set(`${kind.sopClassUid} ${kind.transferSyntaxUid}`, kind);
    }
  }
  return { fileIds, kinds: [...kinds.values()] };
}

/** Rows of these files, in this order; a file without a row is left out. */
export function instancesOfFiles(
  { index }: Connections,
  { fileIds }: { fileIds: readonly string[] },
): StoredInstanceRow[] {
  return fileIds.map((fileId) => rowOfFile(index, fileId)).filter((row) => row !== undefined);
}
