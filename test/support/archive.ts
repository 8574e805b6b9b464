/** An archive alone, without doors, in a fresh folder; and storing an instance in it as a door would. */
import { Archive } from '../../src/archive/archive.ts';
import type { Origin, StoreOutcome } from '../../src/archive/receive.ts';
import { createLog } from '../../src/log.ts';
import { freshFolder } from './folders.ts';
import type { Instance } from './synthetic.ts';

export const CT1: Origin = { callingAe: 'CT1', peerAddress: '10.0.0.1', device: 'CT1@10.0.0.1', via: 'dimse' };
export const UNKNOWN: Origin = { callingAe: 'NEW', peerAddress: '10.0.0.9', device: null, via: 'dimse' };

export function openArchive(
  dataDir: string = freshFolder(),
  settings: { refuseBelowGb?: number; unapprovedQuotaGb?: number } = {},
): Promise<Archive> {
  const defaults = { refuseBelowGb: null, warnBelowGb: 1, unapprovedQuotaGb: 5 };
  return Archive.open({ dataDir, ...defaults, ...settings }, createLog({ level: 'silent' }));
}

export async function store(archive: Archive, instance: Instance, origin: Origin = CT1): Promise<StoreOutcome> {
  const reception = archive.receive.begin({ origin, ...instance });
  // In odd pieces, as a network would deliver it.
  for (let start = 0; start < instance.dataSet.length; start += 10_007) {
    reception.write(instance.dataSet.subarray(start, start + 10_007));
    if (reception.congested) await reception.drained();
  }
  return reception.end();
}

/** The data set of a stored file. */
export async function dataSetOf(archive: Archive, fileId: string): Promise<Buffer> {
  const [instance] = await archive.retrieve.instances({ fileId });
  if (!instance) throw new Error(`no file ${fileId}`);
  const pieces: Buffer[] = [];
  await archive.retrieve.read(instance, 0, instance.dataSetLength, (piece) => void pieces.push(Buffer.from(piece)));
  return Buffer.concat(pieces);
}
