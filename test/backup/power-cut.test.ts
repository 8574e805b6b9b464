/** The power goes, on the target or at home: what was committed is whole, nothing is skipped, nothing comes twice. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { runInOwnProcess } from '../../backup/run.ts';
import { folderTarget } from '../../backup/targets/folder.ts';
import { verify } from '../../backup/verify.ts';
import { openArchive, store } from '../support/archive.ts';
import { freshFolder } from '../support/folders.ts';
import { type CuttableDisk, cuttableDisk } from '../support/power-cut.ts';
import { CHAOS, seededRandom } from './support/chaos.ts';
import { type Clinic, clinicWith, images, onTarget, runOnce, SITE, SITE_FOLDER } from './support/clinic.ts';
import { filesBelow, readTarget } from './support/contents.ts';

vi.setConfig({ testTimeout: CHAOS ? 900_000 : 120_000, hookTimeout: 60_000 });

let clinic: Clinic | undefined;

afterEach(async () => {
  await clinic?.archive.close().catch(() => undefined);
  clinic = undefined;
});

const dataSets = (entries: { dataSetSha256?: string }[]) => entries.map((entry) => entry.dataSetSha256).sort();
const hashes = (of: Clinic) => of.instances.map(({ sha256 }) => sha256).sort();
const manifestsBelow = async (folder: string) =>
  (await filesBelow(folder).catch(() => [])).filter((name) => name.endsWith('.jsonl'));

test('power cut on the target, in the middle of a run: the committed volumes are whole, and the next run completes', async () => {
  const { seed, random } = seededRandom();
  const cuts = CHAOS ? 40 : 3;
  const committed: number[] = [];
  clinic = await clinicWith(0);
  await clinic.add(images(40, { rows: 200, columns: 200 }));
  for (let i = 0; i < cuts; i++) {
    const disk = cuttableDisk(64);
    if (!disk) return;
    const before = await cutMidRun(clinic, disk, Math.floor(random() * 8), random() * 15);
    const after = disk.powerOn();
    const site = path.join(after.folder, SITE_FOLDER);
    // Throws when a manifest stands for a volume that is not what it says.
    const kept = (await readTarget(site)).manifests.length;
    // The last one that was seen may not have been flushed yet; all before it were.
    expect(kept, `seed ${seed}, cut ${i}`).toBeGreaterThanOrEqual(before - 1);
    committed.push(kept);
    clinic.root = after.folder;
    await runInOwnProcess(jobOf(clinic, after));
    expect(dataSets((await readTarget(site)).entries), `seed ${seed}, cut ${i}`).toEqual(hashes(clinic));
    expect((await filesBelow(site)).filter((name) => /\.part$|lock/.test(name))).toEqual([]);
    expect((await verify(folderTarget(after.folder, SITE_FOLDER))).problems).toEqual([]);
  }
  console.log(`seed ${seed}: ${cuts} power cuts; volumes committed by then: ${committed.join(' ')}`);
  expect(Math.max(...committed)).toBeGreaterThan(0);
});

/** Cuts the power some time after so many volumes were committed; returns how many manifests could be seen just before. */
async function cutMidRun(of: Clinic, disk: CuttableDisk, volumes: number, milliseconds: number): Promise<number> {
  let seen = 0;
  let ended = false;
  let cutting: Promise<void> | undefined;
  const cut = async () => {
    while (!ended && (await manifestsBelow(disk.folder)).length < volumes) await sleep(1);
    await sleep(milliseconds);
    seen = (await manifestsBelow(disk.folder)).length;
    disk.cut();
  };
  const end = await runInOwnProcess(jobOf(of, disk), {
    onStage({ name }) {
      if (name === 'volumes') cutting = cut();
    },
  }).then(
    ({ record }) => record.outcome,
    (error) => (error as { code: string }).code,
  );
  ended = true;
  await cutting;
  // A run that was over before the cut may be good; one that met it is never told as good.
  expect(end).toMatch(/^(ok|failed|BACKUP_WRITE_FAILED|BACKUP_TARGET_MISSING)$/);
  return seen;
}

function jobOf(of: Clinic, disk: CuttableDisk) {
  const limits = { maxBytes: 200_000, maxEntries: 100 };
  return { dataDir: of.dataDir, folder: disk.folder, create: false, site: SITE, timeZone: 'Asia/Seoul', limits };
}

test('power cut at home after a backup: images that are filed anew are neither skipped nor stored twice', async () => {
  const disk = cuttableDisk(128);
  if (!disk) return;
  const dataDir = path.join(disk.folder, 'data');
  mkdirSync(dataDir);
  clinic = await clinicWith(20, dataDir);
  expect((await clinic.backUp()).record).toMatchObject({ outcome: 'ok', files: 20 });
  disk.cut();
  await clinic.archive.close().catch(() => undefined);
  const home = path.join(disk.powerOn().folder, 'data');
  const archive = await openArchive(home);
  clinic.archive = archive;
  const { seq } = await archive.database.read('changesHead', {});
  expect(seq, 'the cut took rows that the backup had seen').toBeGreaterThan(1_000_000);
  const added = images(3);
  for (const instance of added) await store(archive, instance);
  expect((await runOnce(home, clinic.root)).record).toMatchObject({ outcome: 'ok', files: 3, pending: [] });
  const { entries } = await readTarget(onTarget(clinic));
  expect(dataSets(entries)).toEqual([...hashes(clinic), ...added.map(({ sha256 }) => sha256)].sort());
  // Another disk, which was away all the while, gets everything.
  const other = freshFolder();
  expect((await runOnce(home, other)).record).toMatchObject({ outcome: 'ok', files: 23 });
});

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
