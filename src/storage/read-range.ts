/**
 * Reading stored bytes for a socket: pooled buffers, and back-pressure by the sink. The next piece is read while the sink
 * is busy with the one before, and reading can begin before anybody takes the bytes, so that a series of files never
 * waits for the disk.
 */
import { closeSync, open, read } from 'node:fs';

const BUFFER_SIZE = 1 << 20;
const MOST_POOLED = 16;
const pool: Buffer[] = [];

/** Gets a piece of the file; it may keep the buffer only until its promise settles. */
export type Sink = (chunk: Buffer) => Promise<void> | void;

/** A range of a file that is being read: `to` or `drop` has to be called, and only one of them. */
export interface Reading {
  /**
   * Hands the bytes to the sink, in order.
   * @throws the file system's error, or a RangeError when the file is shorter than the range
   */
  to(sink: Sink): Promise<void>;
  /** Nobody wants the bytes any more. */
  drop(): Promise<void>;
}

/** Hands bytes [start, end) of the file to the sink, in order; throws what `Reading.to` does. */
export function readRange(path: string, start: number, end: number, sink: Sink): Promise<void> {
  return beginRange(path, start, end).to(sink);
}

/** Opens the file and reads the first piece of bytes [start, end). */
export function beginRange(path: string, start: number, end: number): Reading {
  return new RangeReading(path, start, end);
}

interface Piece {
  readonly buffer: Buffer;
  readonly length: number;
}

class RangeReading implements Reading {
  readonly #end: number;
  #position: number;
  #file: number | undefined;
  /** The piece after the one that the sink has; undefined at the end of the range. */
  #next: Promise<Piece | undefined>;

  constructor(path: string, start: number, end: number) {
    this.#position = start;
    this.#end = end;
    this.#next = this.#open(path).then(() => this.#fill());
    this.#next.catch(toldLater);
  }

  async to(sink: Sink): Promise<void> {
    try {
      for (let piece = await this.#next; piece; piece = await this.#next) {
        this.#next = this.#fill();
        this.#next.catch(toldLater);
        try {
          await sink(piece.buffer.subarray(0, piece.length));
        } finally {
          giveBack(piece.buffer);
        }
      }
    } finally {
      await this.drop();
    }
  }

  async drop(): Promise<void> {
    const left = await this.#next.catch(() => undefined);
    this.#next = Promise.resolve(undefined);
    if (left) giveBack(left.buffer);
    // Closing a file that was only read waits for nothing.
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #open(path: string): Promise<void> {
    return new Promise((resolve, reject) => {
      open(path, 'r', (error, file) => {
        if (error) return reject(error);
        this.#file = file;
        resolve();
      });
    });
  }

  #fill(): Promise<Piece | undefined> {
    const position = this.#position;
    if (position >= this.#end) return Promise.resolve(undefined);
    const buffer = pool.pop() ?? Buffer.allocUnsafeSlow(BUFFER_SIZE);
    return new Promise((resolve, reject) => {
      const length = Math.min(buffer.length, this.#end - position);
      read(this.#file as number, buffer, 0, length, position, (error, bytesRead) => {
        this.#position += bytesRead;
        if (!error && bytesRead > 0) return resolve({ buffer, length: bytesRead });
        giveBack(buffer);
        reject(error ?? new RangeError(`the file ends at ${position}, before ${this.#end}`));
      });
    });
  }
}

function giveBack(buffer: Buffer): void {
  if (pool.length < MOST_POOLED) pool.push(buffer);
}

/** A failure is told when the piece is asked for. */
function toldLater(): void {}
