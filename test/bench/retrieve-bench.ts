/** Reading back: one frame of a 10 MB X-ray by WADO-RS, and a CT series of 100 slices by C-GET. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Measures } from './measures.ts';
import { findProgram, runProgram } from './programs.ts';
import { send } from './send.ts';
import { makeImages, type SyntheticStudy } from './synthetic-data.ts';
import { CALLING_AE, inOrder, type Target } from './target.ts';
import { fetchFrom, timeEach } from './web-client.ts';

export const FRAME = 'WADO-RS frame, DX 10 MB';
export const C_GET = 'C-GET 100 CT';

const FRAMES = 20;
const SLICES = 100;
const PIXELS = 2500 * 2048 * 2;
const ACCEPT = 'multipart/related; type="application/octet-stream"; transfer-syntax=*';

export async function benchRetrieve(
  targets: readonly Target[],
  folder: string,
  rounds: number,
  measures: Measures,
): Promise<void> {
  const asked = targets.filter((target) => target.dicomWeb !== undefined);
  const getscu = findProgram('getscu');
  const { dx, ct } = await store(asked, folder);
  for (const target of asked) await timeEach(3, () => frame(target, dx));
  for (let round = 0; round < rounds; round++) {
    console.log(`retrieval, round ${round + 1} of ${rounds}`);
    for (const target of inOrder(asked, round)) {
      await measures.take(FRAME, target, FRAMES, () => timeEach(FRAMES, () => frame(target, dx)));
      if (getscu) await measures.take(C_GET, target, SLICES, () => get(getscu, target, ct));
    }
  }
}

async function store(targets: readonly Target[], folder: string): Promise<{ dx: SyntheticStudy; ct: SyntheticStudy }> {
  const data = join(folder, 'retrieved');
  const [dx] = makeImages(data, 'dx', 2, 'retrieved');
  const [ct] = makeImages(data, 'ct', SLICES, 'retrieved');
  if (!dx || !ct) throw new Error('no studies were made');
  for (const target of targets) for (const study of [dx, ct]) await send(target, study.files);
  rmSync(data, { recursive: true });
  return { dx, ct };
}

async function frame(target: Target, { studyUid, seriesUid, sopUids }: SyntheticStudy): Promise<void> {
  const path = `/studies/${studyUid}/series/${seriesUid}/instances/${sopUids[0]}/frames/1`;
  const { bytes } = await fetchFrom(target, path, ACCEPT);
  if (bytes < PIXELS) throw new Error(`${target.name}: a frame of ${bytes} bytes`);
}

/** The receiver throws the images away. */
async function get(getscu: string, target: Target, study: SyntheticStudy): Promise<void> {
  const titles = ['-aet', CALLING_AE, '-aec', target.aeTitle, '-pdu', '131072', '-S', '--ignore'];
  const keys = ['-k', 'QueryRetrieveLevel=STUDY', '-k', `StudyInstanceUID=${study.studyUid}`];
  await runProgram(getscu, [...titles, ...keys, '127.0.0.1', String(target.dicomPort)], { TCP_NODELAY: '1' });
}
