/** The stored data set of one SOP Instance, read synchronously inside a worker thread. */
import { closeSync, openSync, readSync } from 'node:fs';
import { ArchiveError } from '../errors.ts';
import type { InstanceFile } from './jobs.ts';

export class InstanceSource {
  readonly transferSyntaxUid: string;
  /** Bytes of the data set. */
  readonly length: number;
  readonly #descriptor: number;
  readonly #offset: number;

  constructor(file: InstanceFile) {
    this.transferSyntaxUid = file.transferSyntaxUid;
    this.length = file.dataSetLength;
    this.#offset = file.dataSetOffset;
    try {
      this.#descriptor = openSync(file.path, 'r');
    } catch (error) {
      throw new ArchiveError('STORAGE_READ_FAILED', (error as NodeJS.ErrnoException).code ?? '');
    }
  }

  /** Bytes [start, end) of the data set as stored. Fails with STORAGE_READ_FAILED when the file has fewer. */
  read(start: number, end: number): Buffer {
    const buffer = Buffer.allocUnsafe(end - start);
    let done = 0;
    while (done < buffer.length) {
      const count = readSync(this.#descriptor, buffer, done, buffer.length - done, this.#offset + start + done);
      if (count === 0) throw new ArchiveError('STORAGE_READ_FAILED', 'the file is shorter than its record says');
      done += count;
    }
    return buffer;
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** Opens, lends and closes. */
export function withSource<Result>(file: InstanceFile, use: (source: InstanceSource) => Result): Result {
  const source = new InstanceSource(file);
  try {
    return use(source);
  } finally {
    source.close();
  }
}
