/** Thousands of images in one retrieval: the appliance's memory stays flat, by C-GET and by C-MOVE. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EXPLICIT, IMPLICIT, identifier, STUDY_ROOT_GET, STUDY_ROOT_MOVE } from '../../support/dimse-bytes.ts';
import { DimseClient, type Message, us } from '../../support/dimse-client.ts';
import { freshFolder } from '../../support/folders.ts';
import { type ApplianceProcess, startProcess, writeConfig } from '../../support/process.ts';
import { type Receiver, startReceiver } from '../../support/receiver.ts';
import { startEnvironment } from '../../support/setup-module.ts';
import { type Instance, makeInstance } from '../../support/synthetic.ts';

const IMAGES = 2000;
/** Images that come in at once. */
const SENDERS = 4;
const SC = '1.2.840.10008.5.1.4.1.1.7';
const SIDE = 200;
/** Half of what the images are together. The images need two buffers of 1 MB; the rest is left to the garbage collector. */
const MOST_MB = (IMAGES * SIDE * SIDE) / 2_000_000;

let receiver: Receiver;
let appliance: ApplianceProcess;
let study: Instance[];

beforeAll(async () => {
  receiver = await startReceiver();
  const folder = freshFolder();
  const at = { host: '127.0.0.1' };
  writeConfig(folder, {
    devices: [
      { name: 'viewer', aeTitle: 'VIEWER', ...at, port: null, may: ['store', 'query', 'retrieve'] },
      { name: 'destination', aeTitle: 'DEST', ...at, port: receiver.port, may: [] },
    ],
    previews: { ahead: false },
  });
  const { ENVIRONMENT, NODE_OPTIONS } = await startEnvironment();
  appliance = await startProcess(folder, { ...ENVIRONMENT, NODE_OPTIONS: NODE_OPTIONS.join(' ') });
  study = images();
});

afterAll(async () => {
  await appliance.end();
  await receiver.close();
});

async function storeAll(images: readonly Instance[]): Promise<void> {
  const client = await viewer();
  for (const image of images) await client.store(image);
  await client.release();
}

/** One image with as many UIDs: making each by itself takes longer than the retrievals. */
function images(): Instance[] {
  const uid = (n: number) => `2.25.1${String(n).padStart(19, '0')}`;
  const first = makeInstance({ rows: SIDE, columns: SIDE, sopInstanceUid: uid(0) });
  const at = first.dataSet.indexOf(uid(0));
  return Array.from({ length: IMAGES }, (_, n) => {
    const dataSet = Buffer.from(first.dataSet);
    dataSet.write(uid(n), at);
    return { ...first, dataSet, sopInstanceUid: uid(n) };
  });
}

const viewer = () =>
  DimseClient.associate({
    port: appliance.dicomPort,
    callingAe: 'VIEWER',
    maximumLength: 131_072,
    roles: [[SC, 1, 1]],
    contexts: [
      [SC, [EXPLICIT]],
      [STUDY_ROOT_GET, [IMPLICIT]],
      [STUDY_ROOT_MOVE, [IMPLICIT]],
    ],
  });

const counts = (of: Message) => ['00001021', '00001022', '00001023'].map((hex) => us(of, hex));
const keys = (images: readonly Instance[]) =>
  identifier({ '00080052': 'IMAGE', '00080018': images.map(({ sopInstanceUid }) => sopInstanceUid).join('\\') });
const whole = () => identifier({ '00080052': 'STUDY', '0020000D': study[0]?.studyInstanceUid as string });

const statusFile = () => `/proc/${appliance.child.pid}/status`;
const memoryMb = (what: 'VmRSS' | 'VmHWM') =>
  Number(new RegExp(`${what}:\\s+(\\d+)`).exec(readFileSync(statusFile(), 'utf8'))?.[1]) / 1024;

/** The most that memory grows by while a retrieval runs, in MB. */
async function growthDuring(retrieval: () => Promise<void>): Promise<number> {
  const before = memoryMb('VmRSS');
  writeFileSync(`/proc/${appliance.child.pid}/clear_refs`, '5');
  await retrieval();
  return memoryMb('VmHWM') - before;
}

it.skipIf(!existsSync('/proc/self/clear_refs'))(
  'C-GET and C-MOVE of 2,000 images need no more memory than a few',
  async () => {
    await Promise.all(Array.from({ length: SENDERS }, (_, n) => storeAll(study.filter((_, i) => i % SENDERS === n))));
    const client = await viewer();
    const get = async (what: Buffer) => (await client.get(what)).final;
    const move = async (what: Buffer) => (await client.move(what, 'DEST')).final;
    for (const retrieve of [get, move]) {
      expect(counts(await retrieve(keys(study.slice(0, 50))))).toEqual([50, 0, 0]);
      const grown = await growthDuring(async () => expect(counts(await retrieve(whole()))).toEqual([IMAGES, 0, 0]));
      expect(grown).toBeLessThan(MOST_MB);
    }
    await client.release();
  },
);
