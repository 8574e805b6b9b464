/** A clinic's archive with images in it, and one run of the backup in this process, as the worker would do it. */
import path from 'node:path';
import { expect } from 'vitest';
import { backUp, type RunResult } from '../../../backup/back-up.ts';
import type { BackUpJob } from '../../../backup/back-up-job.ts';
import { Source } from '../../../backup/source.ts';
import { folderTarget } from '../../../backup/targets/folder.ts';
import type { Archive } from '../../../src/archive/archive.ts';
import { openArchive, store } from '../../support/archive.ts';
import { freshFolder } from '../../support/folders.ts';
import { type Instance, type InstanceOptions, makeInstance, makeStudy } from '../../support/synthetic.ts';

export const SITE = { siteId: 'test1', clinic: '가나의원' };
export const SITE_FOLDER = 'clinicpacs-test1';

export interface Clinic {
  dataDir: string;
  /** A folder as a USB disk's mount point would be. */
  root: string;
  archive: Archive;
  instances: Instance[];
  /** Stores more instances, in order. */
  add(instances: readonly Instance[]): Promise<void>;
  /** Stores something that is no image. */
  addRubbish(text: string): Promise<void>;
  backUp(options?: Partial<BackUpJob>): Promise<RunResult>;
}

/** Opens an archive and stores `count` small images of two patients. */
export async function clinicWith(count: number, dataDir: string = freshFolder()): Promise<Clinic> {
  const root = freshFolder();
  const archive = await openArchive(dataDir);
  const clinic: Clinic = {
    dataDir,
    root,
    archive,
    instances: [],
    async add(instances) {
      for (const instance of instances) {
        expect(await store(archive, instance)).toMatchObject({ kind: 'stored' });
        clinic.instances.push(instance);
      }
    },
    async addRubbish(text) {
      const rubbish = makeInstance();
      expect(await store(archive, { ...rubbish, dataSet: Buffer.from(text) })).toMatchObject({ kind: 'failed' });
    },
    backUp: (options = {}) => runOnce(dataDir, clinic.root, options),
  };
  if (count > 0) await clinic.add(images(count));
  return clinic;
}

/** Images of studies with Korean names, a few kilobytes each. */
export function images(count: number, options: InstanceOptions = {}): Instance[] {
  const made: Instance[] = [];
  for (let study = 0; made.length < count; study++) {
    const patient = study % 2 === 0 ? ['Hong^Gildong=洪^吉洞=홍^길동', 'P-1'] : ['Kim^Chulsu=金^哲洙=김^철수', 'P-2'];
    const named = { patientName: patient[0] as string, patientId: patient[1] as string, ...options };
    made.push(...makeStudy(1, Math.min(5, count - made.length), { rows: 40, columns: 40, ...named }));
  }
  return made;
}

/** One run, in this process. */
export async function runOnce(dataDir: string, root: string, options: Partial<BackUpJob> = {}): Promise<RunResult> {
  const source = Source.open(dataDir);
  try {
    return await backUp({
      source,
      target: folderTarget(root, SITE_FOLDER),
      site: SITE,
      timeZone: 'Asia/Seoul',
      onStage: () => undefined,
      onProgress: () => undefined,
      ...options,
    });
  } finally {
    source.close();
  }
}

export const onTarget = (clinic: Pick<Clinic, 'root'>, name = '') => path.join(clinic.root, SITE_FOLDER, name);

/** Hashes of data sets, sorted: those of manifest entries, and those of what was sent to the clinic. */
export const dataSets = (entries: { dataSetSha256?: string }[]) => entries.map((entry) => entry.dataSetSha256).sort();
export const hashes = (of: Clinic) => of.instances.map((instance) => instance.sha256).sort();
