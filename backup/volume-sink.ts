/** Where archiver's output goes: few large writes to the target, and the offset at which each file's bytes begin. */
import { Writable } from 'node:stream';
import { giveBuffer } from './buffers.ts';
import type { TargetWriter } from './target.ts';

const WRITE_SIZE = 1024 * 1024;

export class VolumeSink extends Writable {
  readonly #out: TargetWriter;
  readonly #onBytes: (bytes: number) => void;
  readonly #expected = new Map<Buffer, number>();
  readonly #offsets: number[] = [];
  readonly #scratch = Buffer.allocUnsafeSlow(WRITE_SIZE);
  #handed = 0;
  #received = 0;
  #taken = 0;
  #waiting: (() => void)[] = [];

  constructor(out: TargetWriter, onBytes: (bytes: number) => void) {
    super({ highWaterMark: WRITE_SIZE });
    this.#out = out;
    this.#onBytes = onBytes;
  }

  /** Tells that `bytes` more were given to archiver. */
  handOver(bytes: number): void {
    this.#handed += bytes;
  }

  /** Resolves when fewer than `limit` of the bytes handed over are still on their way. */
  async below(limit: number): Promise<void> {
    while (!this.destroyed && this.#handed - this.#taken > limit) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** `chunk` is the first of entry number `entry`: archiver passes buffers through unchanged, so it will be seen here. */
  expect(chunk: Buffer, entry: number): void {
    this.#expected.set(chunk, entry);
  }

  /** Where the bytes of an entry begin. @throws when they never came through as they were handed over. */
  offsetOf(entry: number): number {
    const offset = this.#offsets[entry];
    if (offset === undefined) throw new Error(`entry ${entry} was not seen in the volume`);
    return offset;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    void this.#take([chunk]).then(() => done(), done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    void this.#take(chunks.map(({ chunk }) => chunk)).then(() => done(), done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#wake();
    done(error);
  }

  async #take(chunks: Buffer[]): Promise<void> {
    const whole = chunks.filter((chunk) => this.#locate(chunk));
    for (const piece of gathered(chunks, this.#scratch)) {
      await this.#out.write(piece);
      this.#taken += piece.length;
      this.#onBytes(piece.length);
      this.#wake();
    }
    for (const chunk of whole) giveBuffer(chunk);
  }

  /** Is it the first chunk of an entry? Then its place is noted. */
  #locate(chunk: Buffer): boolean {
    const entry = this.#expected.get(chunk);
    if (entry !== undefined) {
      this.#offsets[entry] = this.#received;
      this.#expected.delete(chunk);
    }
    this.#received += chunk.length;
    return entry !== undefined;
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/**
 * Joins small chunks (a ZIP header comes in twenty) into writes of about a megabyte; large ones go as they are.
 * @param scratch holds a joined piece until the next one is asked for
 */
function* gathered(chunks: readonly Buffer[], scratch: Buffer): Generator<Buffer> {
  let used = 0;
  for (const chunk of chunks) {
    if (used > 0 && used + chunk.length > scratch.length) {
      yield scratch.subarray(0, used);
      used = 0;
    }
    if (chunk.length > scratch.length) yield chunk;
    else used += chunk.copy(scratch, used);
  }
  if (used > 0) yield scratch.subarray(0, used);
}
