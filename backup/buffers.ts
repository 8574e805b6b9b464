/** Buffers for whole files, used again: fresh ones for every file would pile up until the collector comes round. */

const free = new Map<number, ArrayBuffer[]>();
const SMALLEST = 16 * 1024;
/** Buffers kept of one size. */
const MOST_KEPT = 16;

/** A buffer of exactly `size` bytes with old content. */
export function takeBuffer(size: number): Buffer {
  let room = SMALLEST;
  while (room < size) room *= 2;
  const kept = free.get(room)?.pop();
  return kept ? Buffer.from(kept, 0, size) : Buffer.allocUnsafeSlow(room).subarray(0, size);
}

/** Gives a buffer of `takeBuffer` back; nobody may look at it any more. Any other buffer is left alone. */
export function giveBuffer(buffer: Buffer): void {
  const { byteLength } = buffer.buffer;
  const isOurs =
    buffer.byteOffset === 0 && byteLength >= SMALLEST && Number.isInteger(Math.log2(byteLength / SMALLEST));
  if (!isOurs || !(buffer.buffer instanceof ArrayBuffer)) return;
  const kept = free.get(byteLength) ?? [];
  free.set(byteLength, kept);
  if (kept.length < MOST_KEPT) kept.push(buffer.buffer);
}
