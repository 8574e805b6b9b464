/**
 * Memory for images on their way to the disk, used again and again. Buffers made anew for every piece that arrives would
 * have the garbage collector go through the whole heap several times a second.
 */
export const BLOCK_SIZE = 256 << 10;

/** What direct writes need of memory, position and length (open(2), O_DIRECT): every common disk takes 4 KiB. */
export const PAGE = 4096;

/** Node has it, its types do not name it. */
declare const WebAssembly: { Memory: new (pages: { initial: number; maximum: number }) => { buffer: ArrayBuffer } };

/** 32 MiB, used only as far as images arrive at the same time. The memory of WebAssembly begins at a page. */
const SLAB_PAGES_64K = 512;
const slab = new WebAssembly.Memory({ initial: SLAB_PAGES_64K, maximum: SLAB_PAGES_64K }).buffer;
const kept = Array.from<unknown, Buffer>({ length: slab.byteLength / BLOCK_SIZE }, (_, n) =>
  Buffer.from(slab, n * BLOCK_SIZE, BLOCK_SIZE),
);
kept.reverse();

/** A block of BLOCK_SIZE bytes with whatever was in it before; beyond the 32 MiB one that the garbage collector takes back. */
export function takeBlock(): Buffer {
  return kept.pop() ?? Buffer.allocUnsafeSlow(BLOCK_SIZE);
}

/** Nobody reads or writes the blocks any more. */
export function giveBlocksBack(blocks: readonly Buffer[]): void {
  for (const block of blocks) if (block.buffer === slab) kept.push(block);
}
