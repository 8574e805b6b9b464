/**
 * Memory for images on their way to the disk, used again and again. Buffers made anew for every piece that arrives would
 * have the garbage collector go through the whole heap several times a second.
 */
export const BLOCK_SIZE = 256 << 10;

/** Kept when idle: 16 MiB. */
const MOST_KEPT = 64;
const kept: Buffer[] = [];

/** A block of BLOCK_SIZE bytes with whatever was in it before. */
export function takeBlock(): Buffer {
  return kept.pop() ?? Buffer.allocUnsafeSlow(BLOCK_SIZE);
}

/** Nobody reads or writes the blocks any more. */
export function giveBlocksBack(blocks: readonly Buffer[]): void {
  for (const block of blocks) if (kept.length < MOST_KEPT) kept.push(block);
}
