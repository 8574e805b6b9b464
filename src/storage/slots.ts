/**
 * Slots: empty files made ahead under their final names, so that receiving an image costs one flush of the file and
 * no rename and no flush of a folder.
 *
 * A batch of slots is made at once in the folder of the day: marker in incoming/, the empty files, one flush of each
 * folder. From then on every name of the batch is durable. The marker goes when each file of the batch is either
 * settled (a row is committed) or removed, and the rows are on stable storage too; start-up looks only at batches whose
 * marker is still there.
 */
import { close, open } from 'node:fs';
import { readdir, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { dayOf, fileIdToPath } from './file-id.ts';
import { flushFolder, makeFolder } from './flush.ts';

/** Plain descriptors rather than FileHandles: receiving does five calls per image, and the objects cost more than the calls. */
const openFd = promisify(open);
const closeFd = promisify(close);

const BATCH_SIZE = 64;

export interface Slot {
  readonly fileId: string;
  readonly path: string;
  /** Open for reading and writing; whoever takes the slot closes it. */
  readonly fd: number;
  readonly batch: Batch;
}

interface Batch {
  readonly day: string;
  readonly marker: string;
  readonly free: Slot[];
  /** Slots handed out and not yet settled or removed. */
  open: number;
}

export class Slots {
  readonly #dataDir: string;
  readonly #now: () => Date;
  readonly #flushRows: () => Promise<unknown>;
  #current: Batch | undefined;
  #next: Promise<Batch> | undefined;

  /** @param flushRows resolves when all rows committed before are on stable storage, rejects when that is not certain. */
  constructor(dataDir: string, now = () => new Date(), flushRows: () => Promise<unknown> = async () => undefined) {
    this.#dataDir = dataDir;
    this.#now = now;
    this.#flushRows = flushRows;
  }

  /** A durable empty file of today. @throws the file system's error when none can be made. */
  async take(): Promise<Slot> {
    for (;;) {
      const batch = this.#current;
      if (batch && batch.day === dayOf(this.#now())) {
        const slot = batch.free.pop();
        if (slot) {
          batch.open++;
          // Made while this batch is still in use, so that no image waits for the next one.
          if (batch.free.length <= BATCH_SIZE / 4) this.#prepareNext();
          return slot;
        }
      }
      await this.#changeBatch();
    }
  }

  /** The file of the slot is accounted for: a committed row, or no file any more. */
  async settle(slot: Slot): Promise<void> {
    slot.batch.open--;
    await this.#removeMarkerWhenDone(slot.batch);
  }

  /** Takes a file back that must not stay (aborted transfer, or bytes that are there already); its fd is closed. */
  async discard(slot: Slot): Promise<void> {
    await rm(slot.path, { force: true });
    await this.settle(slot);
  }

  /** Removes what is unused; after a clean stop nothing is left under incoming/. */
  async close(): Promise<void> {
    const batches = [this.#current, await this.#next?.catch(() => undefined)];
    this.#current = undefined;
    this.#next = undefined;
    for (const batch of new Set(batches)) if (batch) await this.#retire(batch);
  }

  /** Puts the prepared batch into use; of several callers waiting for it, the first does the work. */
  async #changeBatch(): Promise<void> {
    this.#prepareNext();
    const promise = this.#next as Promise<Batch>;
    const batch = await promise;
    if (this.#next !== promise) return;
    const spent = this.#current;
    this.#current = batch;
    this.#next = undefined;
    if (spent) await this.#retire(spent);
  }

  #prepareNext(): void {
    if (this.#next) return;
    this.#next = this.#makeBatch();
    this.#next.catch(() => {
      this.#next = undefined;
    });
  }

  async #makeBatch(): Promise<Batch> {
    const now = this.#now();
    const day = dayOf(now);
    const batchName = await this.#newBatchName(day, now);
    const marker = join(this.#dataDir, 'incoming', `${day}-${batchName}`);
    const batch: Batch = { day, marker, free: [], open: 0 };
    try {
      for (let n = BATCH_SIZE - 1; n >= 0; n--) {
        const fileId = `${day}-${batchName}-${n}`;
        const path = join(this.#dataDir, fileIdToPath(fileId));
        batch.free.push({ fileId, path, fd: await openFd(path, 'wx+'), batch });
      }
      await flushFolder(folderOf(this.#dataDir, day));
      return batch;
    } catch (error) {
      await this.#retire(batch);
      throw error;
    }
  }

  /** Claims a batch name of the day by its marker, which is durable before any slot of it exists. */
  async #newBatchName(day: string, now: Date): Promise<string> {
    await makeFolder(folderOf(this.#dataDir, day));
    await makeFolder(join(this.#dataDir, 'incoming'));
    for (let time = now.getTime() % 86_400_000; ; time++) {
      const name = time.toString(36).padStart(6, '0');
      const exists = await createEmpty(join(this.#dataDir, 'incoming', `${day}-${name}`)).then(
        () => false,
        (error: NodeJS.ErrnoException) => {
          if (error.code === 'EEXIST') return true;
          throw error;
        },
      );
      if (exists) continue;
      await flushFolder(join(this.#dataDir, 'incoming'));
      return name;
    }
  }

  async #retire(batch: Batch): Promise<void> {
    for (const slot of batch.free.splice(0)) {
      await closeFd(slot.fd);
      await rm(slot.path, { force: true });
    }
    await this.#removeMarkerWhenDone(batch);
  }

  async #removeMarkerWhenDone(batch: Batch): Promise<void> {
    if (batch.open > 0 || batch.free.length > 0 || batch === this.#current) return;
    // Without the rows for certain the marker stays: the next start looks into the batch.
    const flushed = await this.#flushRows().then(
      () => true,
      () => false,
    );
    if (flushed) await rm(batch.marker, { force: true });
  }
}

/** The batches that were not finished when the program ended, with the files that are there. */
export async function unfinishedBatches(dataDir: string): Promise<{ marker: string; fileIds: string[] }[]> {
  const markers = await readdir(join(dataDir, 'incoming')).catch(() => []);
  const batches: { marker: string; fileIds: string[] }[] = [];
  for (const marker of markers) {
    if (!/^\d{8}-[0-9a-z]+$/.test(marker)) continue;
    const fileIds = Array.from({ length: BATCH_SIZE }, (_, n) => `${marker}-${n}`);
    batches.push({ marker, fileIds });
  }
  return batches;
}

export async function finishBatch(dataDir: string, marker: string): Promise<void> {
  await unlink(join(dataDir, 'incoming', marker));
}

async function createEmpty(path: string): Promise<void> {
  await closeFd(await openFd(path, 'wx'));
}

function folderOf(dataDir: string, day: string): string {
  return join(dataDir, 'images', day.slice(0, 4), day.slice(4, 6), day.slice(6, 8));
}
