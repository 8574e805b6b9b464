/** What there is to back up in a data folder: read from its databases, never by walking the tree. */
import { access, statfs } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseBeside } from '../src/db/database-beside.ts';
import { ArchiveError } from '../src/errors.ts';
import { fileIdToPath } from '../src/storage/file-id.ts';
import type { Mark, PlanItem } from './plan.ts';

/** Everything up to here is on the disk: rows are committed after their files. */
export interface Head {
  epoch: string;
  seq: number;
  /** The last quarantine row. */
  quarantine: number;
}

const PAGE = 1000;

export class Source {
  readonly dataDir: string;
  readonly database: DatabaseBeside;

  private constructor(dataDir: string) {
    this.dataDir = dataDir;
    this.database = DatabaseBeside.open(dataDir);
  }

  /** @throws ArchiveError REQUEST_INVALID when the folder is no data folder */
  static open(dataDir: string): Source {
    if (!DatabaseBeside.isThere(dataDir)) {
      throw new ArchiveError(
        'REQUEST_INVALID',
        `${dataDir}: PACS 데이터 폴더가 아닙니다. / This is not the data folder of a PACS.`,
      );
    }
    return new Source(dataDir);
  }

  head(): Head {
    const { epoch, seq } = this.database.read('changesHead', {});
    return { epoch, seq, quarantine: this.database.read('quarantineHead', {}) };
  }

  /** Files and bytes after a mark, up to a head. */
  total(mark: Mark, head: Head): { files: number; bytes: number } {
    const images = this.database.read('filesToCopyTotal', { after: mark.seq, until: head.seq });
    let { files, bytes } = images;
    for (const { size } of this.#quarantined(mark, head)) {
      files++;
      bytes += size;
    }
    return { files, bytes };
  }

  /** Files after a mark, up to a head, in the order of the change log; then the quarantined ones. */
  *items(mark: Mark, head: Head): Generator<PlanItem> {
    for (let after = mark.seq; ; ) {
      const rows = this.database.read('filesToCopy', { after, until: head.seq, limit: PAGE });
      for (const row of rows) {
        const { sha256, dataSetOffset, dataSetLength, receiveSequence, ...identity } = row;
        yield {
          ...identity,
          path: fileIdToPath(row.fileId).split(path.sep).join('/'),
          size: dataSetOffset + dataSetLength,
          epoch: head.epoch,
          received: receiveSequence,
          hashed: { offset: dataSetOffset, length: dataSetLength, sha256 },
        };
      }
      const last = rows.at(-1);
      if (!last) break;
      after = last.seq;
    }
    yield* this.#quarantined(mark, head);
  }

  close(): void {
    this.database.close();
  }

  *#quarantined(mark: Mark, head: Head): Generator<PlanItem> {
    for (let after = mark.quarantine; ; ) {
      const rows = this.database.read('quarantinedToCopy', { after, until: head.quarantine, limit: PAGE });
      for (const { id, file, dataSetOffset, bytes, sha256 } of rows) {
        const hashed = { offset: dataSetOffset, length: bytes, sha256 };
        yield { path: `quarantine/${file}`, size: dataSetOffset + bytes, seq: id, hashed };
      }
      const last = rows.at(-1);
      if (!last) return;
      after = last.id;
    }
  }
}

/** Free bytes of the disk that holds a folder; 0 when there is no such folder. */
export async function freeBytesAt(folder: string): Promise<number> {
  try {
    await access(folder);
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return 0;
  }
}
