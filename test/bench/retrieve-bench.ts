/** Reading back: frame and picture of a 10 MB X-ray, metadata and images of 100 CT slices by WADO-RS, and the slices by C-GET and C-MOVE. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Measures } from './measures.ts';
import { previewsMade } from './previews-made.ts';
import { findProgram, runProgram } from './programs.ts';
import { send } from './send.ts';
import { makeImages, type SyntheticStudy } from './synthetic-data.ts';
import { CALLING_AE, inOrder, type Target } from './target.ts';
import { fetchFrom, timeEach } from './web-client.ts';

export const FRAME = 'WADO-RS frame, DX 10 MB, another each time';
export const FRAME_AGAIN = 'WADO-RS frame, DX 10 MB, the same again';
export const RENDERED = 'WADO-RS rendered 1600 px, DX 10 MB, prepared';
export const METADATA = 'WADO-RS metadata of 100 CT, prepared';
export const STUDY = 'WADO-RS study of 100 CT';
export const C_GET = 'C-GET 100 CT';
export const C_MOVE = 'C-MOVE 100 CT to storescp';

/** More than the 512 MB that the tuned Orthanc keeps in memory: a doctor goes from one X-ray to the next. */
const X_RAYS = 60;
const FRAMES = 20;
const SLICES = 100;
const PICTURES = 10;
const STUDIES = 8;
const ANSWERS = 40;
/** Previews of ours that this section waits for. */
export const RETRIEVED_PREVIEWS = X_RAYS + SLICES;
const PIXELS = 2500 * 2048 * 2;
const SLICE_PIXELS = 512 * 512 * 2;
const ACCEPT = 'multipart/related; type="application/octet-stream"; transfer-syntax=*';

export async function benchRetrieve(
  targets: readonly Target[],
  folder: string,
  rounds: number,
  measures: Measures,
): Promise<void> {
  const asked = targets.filter((target) => target.dicomWeb !== undefined);
  const getscu = findProgram('getscu');
  const movescu = findProgram('movescu');
  const receiver = targets.find(({ name }) => name === 'storescp')?.aeTitle;
  const { frames, ct } = await store(asked, folder);
  const first = frames[0] as string;
  for (const target of asked) await timeEach(3, () => frame(target, first));
  const series = `/studies/${ct.studyUid}/series/${ct.seriesUid}/metadata`;
  const pictures = frames.slice(0, PICTURES);
  await previewsMade(folder, RETRIEVED_PREVIEWS);
  for (const target of asked) await timeEach(2, () => metadata(target, series));
  for (const target of asked) await timeEach(2, () => wholeStudy(target, ct));
  for (let round = 0; round < rounds; round++) {
    console.log(`retrieval, round ${round + 1} of ${rounds}`);
    for (const target of inOrder(asked, round)) {
      const queue = [...frames];
      const another = () => frame(target, queue.pop() as string);
      await measures.take(FRAME, target, frames.length, () => timeEach(frames.length, another));
      await measures.take(FRAME_AGAIN, target, FRAMES, () => timeEach(FRAMES, () => frame(target, first)));
      await measures.take(METADATA, target, ANSWERS, () => timeEach(ANSWERS, () => metadata(target, series)));
      await measures.take(STUDY, target, STUDIES, () => timeEach(STUDIES, () => wholeStudy(target, ct)));
      const renderings = [...pictures];
      const next = () => rendered(target, renderings.pop() as string);
      await measures.take(RENDERED, target, pictures.length, () => timeEach(pictures.length, next));
      if (getscu) await measures.take(C_GET, target, SLICES, () => get(getscu, target, ct));
      if (movescu && receiver) await measures.take(C_MOVE, target, SLICES, () => move(movescu, target, receiver, ct));
    }
  }
}

async function metadata(target: Target, path: string): Promise<void> {
  // As every browser asks.
  const { bytes } = await fetchFrom(target, path, 'application/dicom+json', 'gzip');
  if (bytes < 10 * SLICES) throw new Error(`${target.name}: metadata of ${bytes} bytes`);
}

async function wholeStudy(target: Target, { studyUid }: SyntheticStudy): Promise<void> {
  const { bytes } = await fetchFrom(target, `/studies/${studyUid}`, 'multipart/related; type="application/dicom"');
  if (bytes < SLICES * SLICE_PIXELS) throw new Error(`${target.name}: a study of ${bytes} bytes`);
}

async function rendered(target: Target, frame: string): Promise<void> {
  const { bytes } = await fetchFrom(
    target,
    `${frame.replace('/frames/1', '')}/rendered?viewport=1600,1600`,
    'image/jpeg',
  );
  if (bytes < 1000) throw new Error(`${target.name}: a picture of ${bytes} bytes`);
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

/** Every server sends to the same storescp. */
async function move(movescu: string, target: Target, receiver: string, study: SyntheticStudy): Promise<void> {
  const titles = ['-aet', CALLING_AE, '-aec', target.aeTitle, '-aem', receiver, '-S'];
  const keys = ['-k', 'QueryRetrieveLevel=STUDY', '-k', `StudyInstanceUID=${study.studyUid}`];
  await runProgram(movescu, [...titles, ...keys, '127.0.0.1', String(target.dicomPort)], { TCP_NODELAY: '1' });
}
