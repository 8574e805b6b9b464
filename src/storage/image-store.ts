/** The bytes of the archive: new images in, stored ranges out. */
import { join } from 'node:path';
import { fileIdToPath } from './file-id.ts';
import { FreeSpace } from './free-space.ts';
import { IncomingImage } from './incoming-image.ts';
import type { FileIdentity, Provenance } from './provenance.ts';
import { beginRange, type Reading, type Sink } from './read-range.ts';
import { Slots } from './slots.ts';

/** Where the data set of a stored file lies; offsets count from the start of the file. */
export interface FileRef {
  fileId: string;
  dataSetOffset: number;
  dataSetLength: number;
}

export class ImageStore {
  readonly dataDir: string;
  readonly space: FreeSpace;
  readonly #slots: Slots;

  /** @param flushRows resolves when all rows committed before are on stable storage, rejects when that is not certain. */
  constructor(dataDir: string, flushRows?: () => Promise<unknown>) {
    this.dataDir = dataDir;
    this.space = new FreeSpace(dataDir);
    this.#slots = new Slots(dataDir, undefined, flushRows);
  }

  newImage(identity: FileIdentity, provenance: Provenance): IncomingImage {
    return new IncomingImage(this.#slots, identity, provenance);
  }

  pathOf(fileId: string): string {
    return join(this.dataDir, fileIdToPath(fileId));
  }

  /** Bytes [start, end) of the data set. */
  readRange(file: FileRef, start: number, end: number, sink: Sink): Promise<void> {
    return this.beginRange(file, start, end).to(sink);
  }

  /** Begins to read bytes [start, end) of the data set. */
  beginRange(file: FileRef, start: number, end: number): Reading {
    return beginRange(this.pathOf(file.fileId), file.dataSetOffset + start, file.dataSetOffset + end);
  }

  async close(): Promise<void> {
    await this.#slots.close();
  }
}
