/** C-STORE: images per second and the server's processor time for each. */
import { join } from 'node:path';
import type { Measures } from './measures.ts';
import { sendOnSeveral } from './send.ts';
import { type Kind, makeImages } from './synthetic-data.ts';
import { inOrder, type Target } from './target.ts';

interface Load {
  kind: Kind;
  associations: number;
  images: number;
}

const LOADS: readonly Load[] = [
  { kind: 'dx', associations: 1, images: 30 },
  { kind: 'dx', associations: 4, images: 40 },
  { kind: 'ct', associations: 1, images: 200 },
  { kind: 'ct', associations: 4, images: 400 },
  { kind: 'tiny', associations: 1, images: 300 },
  { kind: 'tiny', associations: 4, images: 600 },
];
const WARM_UP: Record<Kind, number> = { dx: 12, ct: 100, tiny: 200 };

const LABEL: Record<Kind, string> = { dx: 'DX 10 MB', ct: 'CT 0.5 MB', tiny: 'tiny 9 KB' };
export const storeLabel = (kind: Kind, associations: number) => `C-STORE ${LABEL[kind]} ×${associations}`;

/**
 * Every image is sent to each target once: a repeated one would be answered without being written. Each load overwrites
 * the files of the one before: removing them would have ext4 search past thousands of inodes just freed, for all targets.
 */
export async function benchStore(
  targets: readonly Target[],
  folder: string,
  rounds: number,
  quick: boolean,
  measures: Measures,
): Promise<void> {
  await warmUp(targets, folder);
  for (let round = 0; round < rounds; round++) {
    console.log(`C-STORE, round ${round + 1} of ${rounds}`);
    for (const { kind, associations, images } of LOADS) {
      const count = quick ? images / 2 : images;
      const data = join(folder, 'sent');
      const studies = makeImages(data, kind, count, `round ${round} ×${associations}`);
      const files = studies.map((study) => study.files);
      for (const target of inOrder(targets, round)) {
        const work = () => sendOnSeveral(target, files, associations);
        await measures.take(storeLabel(kind, associations), target, count, work);
      }
    }
  }
}

/** A server that has run for a while is what a clinic has: compiled code, grown caches. */
async function warmUp(targets: readonly Target[], folder: string): Promise<void> {
  for (const kind of ['dx', 'ct', 'tiny'] as const) {
    const data = join(folder, 'warm-up');
    const studies = makeImages(data, kind, WARM_UP[kind], 'warm-up');
    const files = studies.map((study) => study.files);
    for (const target of targets) await sendOnSeveral(target, files, 1);
  }
}
