/** Waits for what our server prepares by itself when images have stopped coming. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Folder of the appliance that makes previews ahead, below that of the bench. */
export const AHEAD = 'ours-ahead';

const LONGEST_S = 300;

/** @throws Error when fewer than `images` previews are there after five minutes */
export async function previewsMade(folder: string, images: number): Promise<void> {
  const derived = join(folder, AHEAD, 'derived');
  const made = () =>
    existsSync(derived)
      ? readdirSync(derived, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.1600.jpg')).length
      : 0;
  for (let seconds = 0; made() < images; seconds++) {
    if (seconds > LONGEST_S) throw new Error(`only ${made()} of ${images} previews were made`);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}
