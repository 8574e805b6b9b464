/** Reading back: one frame of a 10 MB X-ray by WADO-RS, and a CT series of 100 slices by C-GET. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Measures } from './measures.ts';
import { findProgram, runProgram } from './programs.ts';
import { send } from './send.ts';
import { makeImages, type SyntheticStudy } from './synthetic-data.ts';
import { CALLING_AE, inOrder, type Target } from './target.ts';
import { fetchFrom, timeEach } from './web-client.ts';

export const FRAME = 'WADO-RS frame, DX 10 MB, another each time';
export const FRAME_AGAIN = 'WADO-RS frame, DX 10 MB, the same again';
export const C_GET = 'C-GET 100 CT';

/** More than the 512 MB that the tuned Orthanc keeps in memory: a doctor goes from one X-ray to the next. */
const X_RAYS = 60;
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
  const { frames, ct } = await store(asked, folder);
  const first = frames[0] as string;
  for (const target of asked) await timeEach(3, () => frame(target, first));
  for (let round = 0; round < rounds; round++) {
    console.log(`retrieval, round ${round + 1} of ${rounds}`);
    for (const target of inOrder(asked, round)) {
      const queue = [...frames];
      const another = () => frame(target, queue.pop() as string);
      await measures.take(FRAME, target, frames.length, () => timeEach(frames.length, another));
      await measures.take(FRAME_AGAIN, target, FRAMES, () => timeEach(FRAMES, () => frame(target, first)));
      if (getscu) await measures.take(C_GET, target, SLICES, () => get(getscu, target, ct));
    }
  }
}

/** Stores what is read back: addresses of the frames of the X-rays, and the CT. */
async function store(targets: readonly Target[], folder: string): Promise<{ frames: string[]; ct: SyntheticStudy }> {
  const data = join(folder, 'retrieved');
  const xRays = makeImages(data, 'dx', X_RAYS, 'retrieved');
  const [ct] = makeImages(data, 'ct', SLICES, 'retrieved');
  if (!ct) throw new Error('no study was made');
  for (const target of targets) for (const study of [...xRays, ct]) await send(target, study.files);
  rmSync(data, { recursive: true });
  return { frames: xRays.flatMap(framesOf), ct };
}

function framesOf({ studyUid, seriesUid, sopUids }: SyntheticStudy): string[] {
  return sopUids.map((uid) => `/studies/${studyUid}/series/${seriesUid}/instances/${uid}/frames/1`);
}

async function frame(target: Target, path: string): Promise<void> {
  const { bytes } = await fetchFrom(target, path, ACCEPT);
  if (bytes < PIXELS) throw new Error(`${target.name}: a frame of ${bytes} bytes`);
}

/** The receiver throws the images away. */
async function get(getscu: string, target: Target, study: SyntheticStudy): Promise<void> {
  const titles = ['-aet', CALLING_AE, '-aec', target.aeTitle, '-pdu', '131072', '-S', '--ignore'];
  const keys = ['-k', 'QueryRetrieveLevel=STUDY', '-k', `StudyInstanceUID=${study.studyUid}`];
  await runProgram(getscu, [...titles, ...keys, '127.0.0.1', String(target.dicomPort)], { TCP_NODELAY: '1' });
}
