/** 복구 훈련: a good backup is proved by using it, and each sabotage is named the same night. */
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Backup } from '../../backup/backup.ts';
import { type DrillJob, type DrillReport, drill } from '../../backup/drill.ts';
import { streakAfter } from '../../backup/drill-folder.ts';
import { Source } from '../../backup/source.ts';
import { folderTarget } from '../../backup/targets/folder.ts';
import { verify } from '../../backup/verify.ts';
import { drillOnAppliance } from '../../src/commands/drill-on-appliance.ts';
import { defaultConfig } from '../../src/config/settings.ts';
import { createLog } from '../../src/log.ts';
import { freshFolder } from '../support/folders.ts';
import { type Clinic, clinicWith, images, onTarget, SITE_FOLDER } from './support/clinic.ts';
import { filesBelow } from './support/contents.ts';
import { nth } from './support/plain-files.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const PROGRAM = path.join(import.meta.dirname, '..', '..', 'src', 'commands', 'drill-worker.ts');
let clinic: Clinic;

beforeEach(async () => {
  clinic = await clinicWith(6);
  await clinic.addRubbish('no image');
  await clinic.archive.database.write('appendAccessRows', {
    entries: [
      {
        ...{ at: '2026-11-24T03:00:00.000Z', who: 'kim', action: 'study.open', from: '10.0.0.5', door: 'web' },
        ...{ patientId: 'P-1', studyInstanceUid: '', detail: '', outcome: 'ok' },
      },
    ],
  });
});
afterEach(() => clinic.archive.close());

async function drilled(options: Partial<DrillJob> = {}): Promise<DrillReport> {
  const source = Source.open(clinic.dataDir);
  const target = folderTarget(clinic.root, SITE_FOLDER);
  const scratch = freshFolder();
  try {
    const onProgress = () => undefined;
    return await drill({ source, target, scratch, turn: 0, startOn: drillOnAppliance, onProgress, ...options });
  } finally {
    source.close();
  }
}

test('a good backup is restored, counted, compared, started, found and given back', async () => {
  await clinic.backUp();
  await clinic.add(images(3));
  await clinic.backUp();
  // What came after the backup is no fault of it.
  await clinic.add(images(2));
  const before = await filesBelow(onTarget(clinic));
  const report = await drilled();
  expect(report).toMatchObject({ good: true, problems: [], files: 10, volumes: { read: 2, all: 2 } });
  expect(report.sample).toBeGreaterThanOrEqual(4);
  expect(await filesBelow(onTarget(clinic))).toEqual(before);
});

describe('a sabotage is named', () => {
  beforeEach(async () => {
    await clinic.backUp();
    await clinic.add(images(3));
    await clinic.backUp();
  });
  const volumes = async () => (await filesBelow(onTarget(clinic))).filter((name) => name.endsWith('.zip'));
  const named = async (options: Partial<DrillJob> = {}) => {
    const { good, problems } = await drilled(options);
    expect(good).toBe(false);
    return problems.map(({ path: name }) => name);
  };

  test('one flipped byte', async () => {
    const volume = nth(await volumes(), 0);
    const bytes = await readFile(onTarget(clinic, volume));
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    await writeFile(onTarget(clinic, volume), bytes);
    expect(await named()).toContain(volume);
  });

  test('a missing copy of the index, and of the records', async () => {
    for (const kind of ['index', 'records']) {
      for (const name of await readdir(onTarget(clinic, 'db')))
        if (name.includes(kind)) await rm(onTarget(clinic, `db/${name}`));
      expect((await named()).join(' ')).toContain(`${kind}.sqlite`);
    }
  });

  test('a dropped volume, alone and with its manifest', async () => {
    const [first = '', second = ''] = await volumes();
    await rm(onTarget(clinic, first));
    expect(await named()).toContain(first);
    const manifest = second.replace('volumes', 'manifests').replace('zip', 'jsonl');
    await rm(onTarget(clinic, second));
    await rm(onTarget(clinic, manifest));
    expect(await named()).toContain(manifest);
  });

  test('a stale disk swapped in', async () => {
    const old = path.join(freshFolder(), 'old');
    await cp(onTarget(clinic), old, { recursive: true });
    await clinic.add(images(1));
    const { disk, record } = await clinic.backUp();
    await rm(onTarget(clinic), { recursive: true });
    await mkdir(onTarget(clinic));
    await cp(old, onTarget(clinic), { recursive: true });
    const remembered = { [String(disk?.targetId)]: record.run };
    expect(await named({ remembered })).toContain('manifests');
  });

  test('an original that was changed at home', async () => {
    for (const file of await filesBelow(path.join(clinic.dataDir, 'images'))) {
      const live = path.join(clinic.dataDir, 'images', file);
      const bytes = await readFile(live);
      if (bytes.length === 0) continue;
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
      await writeFile(live, bytes);
    }
    const { problems } = await drilled();
    expect(problems.map(({ ko }) => ko)).toContain('보관 중인 원본이 백업과 다릅니다.');
  });

  test('an appliance that does not start', async () => {
    const startOn = async () => [{ path: 'C-FIND', ko: '조회하지 못했습니다.', en: 'not found' }];
    expect(await named({ startOn })).toEqual(['C-FIND']);
  });
});

test('of a large backup a thirtieth is read in a night, the newest run always, and all in thirty nights', async () => {
  for (let i = 0; i < 4; i++) {
    await clinic.add(images(2));
    await clinic.backUp({ limits: { maxBytes: 1e9, maxEntries: 1 } });
  }
  const target = folderTarget(clinic.root, SITE_FOLDER);
  const read: number[] = [];
  for (let turn = 0; turn < 30; turn++) {
    const { volumes, volumesRead, problems } = await verify(target, undefined, { turn, allUpTo: 0 });
    expect([volumes, problems]).toEqual([15, []]);
    read.push(volumesRead);
  }
  // The newest run has two volumes, 13 are older: each has one night.
  expect(read.reduce((sum, n) => sum + n, 0)).toBe(30 * 2 + 13);
});

test('the row of days grows once a day, outlasts a weekend, and ends with a failure or a long gap', () => {
  const none = { days: 0, lastDay: '' };
  const one = streakAfter(none, true, '2026-11-24');
  expect(one.days).toBe(1);
  expect(streakAfter(one, true, '2026-11-24').days).toBe(1);
  expect(streakAfter(one, true, '2026-11-25').days).toBe(2);
  expect(streakAfter(one, true, '2026-11-27').days).toBe(2);
  expect(streakAfter(one, true, '2026-12-24').days).toBe(1);
  expect(streakAfter(one, false, '2026-11-25')).toEqual(none);
  // A clock set back counts no day twice.
  expect(streakAfter({ days: 5, lastDay: '2026-11-24' }, true, '2026-11-23').days).toBe(5);
});

test('the night run ends with a drill in a process of its own; only then all is green', async () => {
  const config = defaultConfig();
  config.backup.targets = [{ kind: 'folder', path: clinic.root }];
  const settings = {
    ...{ dataDir: clinic.dataDir, config, database: clinic.archive.database, drillProgram: PROGRAM },
    log: createLog({ level: 'silent' }),
  };
  const backup = new Backup(settings);
  await backup.runNow('hand');
  expect(await backup.status()).toMatchObject({ green: false, streak: 0, targets: [{ lastDrill: null }] });
  await backup.runNow('night');
  expect(await backup.status()).toMatchObject({
    green: true,
    streak: 1,
    targets: [{ lastDrill: { good: true, files: 7, problems: [] } }],
  });
  const site = nth(await readdir(clinic.root), 0);
  const files = await filesBelow(path.join(clinic.root, site));
  const volume = nth(
    files.filter((name) => name.endsWith('.zip')),
    0,
  );
  const bytes = await readFile(path.join(clinic.root, site, volume));
  bytes[100] = (bytes[100] ?? 0) ^ 1;
  await writeFile(path.join(clinic.root, site, volume), bytes);
  await backup.runNow('night');
  const red = await backup.status();
  expect(red).toMatchObject({ green: false, streak: 0, targets: [{ lastDrill: { good: false } }] });
  expect(red.targets[0]?.lastDrill?.problems.join(' ')).toContain(volume);
  expect((await filesBelow(clinic.dataDir)).filter((name) => name.startsWith('tmp/'))).toEqual([]);
  await backup.stop();
});
