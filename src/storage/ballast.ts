/**
 * A reserve of a few megabytes that is given back when the disk is full at start: SQLite cannot even be opened without
 * room for its log, and reading must go on with a full disk.
 */
import { open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

const SIZE = 32 << 20;
const FILE = 'reserve.bin';

/** Frees the reserve when less than twice its size is free; true when it did. */
export async function releaseBallast(dataDir: string, freeBytes: number): Promise<boolean> {
  if (freeBytes > 2 * SIZE) return false;
  const there = await stat(join(dataDir, FILE)).then(
    () => true,
    () => false,
  );
  await rm(join(dataDir, FILE), { force: true });
  return there;
}

/** Lays the reserve in when there is plenty of room for it (never on disks where it would be felt). */
export async function keepBallast(dataDir: string, freeBytes: number): Promise<void> {
  if (freeBytes < 16 * SIZE) return;
  const handle = await open(join(dataDir, FILE), 'a');
  try {
    const { size } = await handle.stat();
    const piece = Buffer.alloc(1 << 20);
    for (let written = size; written < SIZE; written += piece.length) await handle.write(piece);
  } finally {
    await handle.close();
  }
}
