/** Getting names and bytes onto stable storage; the one place that knows how platforms differ. */
import { close, closeSync } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Flushes a folder, so that the names just made or removed in it survive a power cut. Windows cannot flush a folder;
 * there NTFS journals the name together with FlushFileBuffers of the file, which every caller does before relying on it.
 */
export async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes a folder and its missing parents; the parent of each new one is flushed too. */
export async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = folder; ; made = dirname(made)) {
    await flushFolder(dirname(made));
    if (made === first) return;
  }
}

/**
 * Closes a file whose bytes are on stable storage: whether that succeeds matters to nobody. At once where it costs
 * microseconds, which is less than a thread's detour; on Windows virus scanners look at a file while it is closed.
 */
export function closeFlushed(fd: number): void {
  if (process.platform === 'win32') close(fd, () => undefined);
  else
    try {
      closeSync(fd);
    } catch {
      // The bytes were flushed before.
    }
}
