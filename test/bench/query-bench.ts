/** "Today": 40 studies among 10,000 instances, by QIDO-RS and by C-FIND. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { encodeDataSet } from '../../src/dicom/encode-data-set.ts';
import { IMPLICIT_LE } from '../../src/dicom/transfer-syntaxes.ts';
import { IMPLICIT, STUDY_ROOT_FIND } from '../support/dimse-bytes.ts';
import { DimseClient } from '../support/dimse-client.ts';
import type { Measures } from './measures.ts';
import { sendOnSeveral } from './send.ts';
import { makeImages, TODAY } from './synthetic-data.ts';
import { CALLING_AE, inOrder, type Target } from './target.ts';
import { fetchFrom, timeEach } from './web-client.ts';

export const QIDO = 'QIDO today, 40 of 5,000 studies';
export const C_FIND = 'C-FIND today';

const IMAGES = 10_000;
const STUDIES_TODAY = 40;
/** Ticks of processor time are 10 ms: enough requests to make them fine. */
const REQUESTS = 50;

export async function benchQuery(
  targets: readonly Target[],
  folder: string,
  rounds: number,
  quick: boolean,
  measures: Measures,
): Promise<void> {
  const asked = targets.filter((target) => target.dicomWeb !== undefined);
  await fill(asked, folder, quick ? IMAGES / 10 : IMAGES);
  for (const target of asked) {
    await timeEach(10, () => qido(target));
    await withAssociation(target, (client) => timeEach(10, () => find(client)));
  }
  for (let round = 0; round < rounds; round++) {
    console.log(`queries, round ${round + 1} of ${rounds}`);
    for (const target of inOrder(asked, round)) {
      await measures.take(QIDO, target, REQUESTS, () => timeEach(REQUESTS, () => qido(target)));
      await withAssociation(target, (client) =>
        measures.take(C_FIND, target, REQUESTS, () => timeEach(REQUESTS, () => find(client))),
      );
    }
  }
}

async function fill(targets: readonly Target[], folder: string, images: number): Promise<void> {
  const data = join(folder, 'archive');
  const every = Math.floor(images / 2 / STUDIES_TODAY);
  const isToday = (study: number) => study % every === 0 && study / every < STUDIES_TODAY;
  const studies = makeImages(data, 'tiny', images, 'archive', isToday);
  const files = studies.map((study) => study.files);
  // Command lines have an end: not all files at once.
  for (let n = 0; n < files.length; n += 1000) {
    for (const target of targets) await sendOnSeveral(target, files.slice(n, n + 1000), 2);
  }
  rmSync(data, { recursive: true });
}

async function qido(target: Target): Promise<void> {
  const { text } = await fetchFrom(target, `/studies?StudyDate=${TODAY}&limit=100`, 'application/dicom+json');
  expectAll(target.name, (JSON.parse(text) as unknown[]).length);
}

const IDENTIFIER = encodeDataSet(
  {
    '00080020': { vr: 'DA', Value: [TODAY] },
    '00080030': { vr: 'TM' },
    '00080050': { vr: 'SH' },
    '00080052': { vr: 'CS', Value: ['STUDY'] },
    '00081030': { vr: 'LO' },
    '00100010': { vr: 'PN' },
    '00100020': { vr: 'LO' },
    '00100030': { vr: 'DA' },
    '00100040': { vr: 'CS' },
    '0020000D': { vr: 'UI' },
  },
  IMPLICIT_LE,
  [],
);

async function find(client: DimseClient): Promise<void> {
  const { status, dataSets } = await client.find(IDENTIFIER);
  expectAll(`C-FIND, status ${status.toString(16)}`, dataSets.length);
}

/** A fast answer that lacks something is worth nothing. */
function expectAll(who: string, found: number): void {
  if (found !== STUDIES_TODAY) throw new Error(`${who}: ${found} studies instead of ${STUDIES_TODAY}`);
}

async function withAssociation(target: Target, work: (client: DimseClient) => Promise<unknown>): Promise<void> {
  const titles = { calledAe: target.aeTitle, callingAe: CALLING_AE };
  const contexts = [[STUDY_ROOT_FIND, [IMPLICIT]]] as const;
  const client = await DimseClient.associate({ port: target.dicomPort, ...titles, contexts });
  await work(client);
  await client.release();
}
