/**
 * Bytes that arrive in pieces of any size and are needed as a whole. They are copied into one block that grows: a list
 * of pieces would let a peer that sends single bytes use a hundred times the memory of what it sent.
 */
const SMALLEST = 256;
const NOTHING = Buffer.alloc(0);

export class GatheredBytes {
  #block = NOTHING;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  append(piece: Buffer): void {
    const needed = this.#length + piece.length;
    if (needed > this.#block.length) this.#grow(needed);
    this.#length += piece.copy(this.#block, this.#length);
  }

  /** Everything so far; what is appended later begins anew. */
  take(): Buffer {
    const bytes = this.#block.subarray(0, this.#length);
    this.#block = NOTHING;
    this.#length = 0;
    return bytes;
  }

  #grow(needed: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(SMALLEST, needed, this.#block.length * 2));
    this.#block.copy(larger, 0, 0, this.#length);
    this.#block = larger;
  }
}
