/** Tonight it is backed up, tomorrow it can be restored: the commands as a person runs them. */
import { execFile, execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { ADMIN_PASSWORD, startTestAppliance, type TestAppliance } from '../support/appliance.ts';
import { store } from '../support/archive.ts';
import { identifier, STUDY_ROOT_FIND } from '../support/dimse-bytes.ts';
import { DimseClient } from '../support/dimse-client.ts';
import { freshFolder } from '../support/folders.ts';
import { makeInstance, makeStudy } from '../support/synthetic.ts';

const COMMANDS = resolve(import.meta.dirname, '..', '..', 'src', 'commands');
const AUTHORIZATION = `Basic ${Buffer.from(`admin:${ADMIN_PASSWORD}`).toString('base64')}`;

interface Ended {
  code: number;
  output: string;
}

function command(name: string, ...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(COMMANDS, `${name}.ts`), ...args], (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, output: stdout + stderr });
    });
  });
}

async function fill(appliance: TestAppliance): Promise<void> {
  for (const instance of makeStudy(2, 3, {
    patientName: 'Hong^Gildong==홍^길동',
    patientId: 'A-1',
    pixelBytes: 50_000,
  })) {
    await store(appliance.archive, instance);
  }
  const uids = { sopInstanceUid: '1.2.3', studyInstanceUid: '1.2.3.4', seriesInstanceUid: '1.2.3.5' };
  for (const rows of [8, 16]) await store(appliance.archive, makeInstance({ ...uids, rows, patientId: 'A-2' }));
  await store(appliance.archive, { ...makeInstance(), dataSet: Buffer.from('no data set, kept in quarantine') });
}

/** What a browser and another PACS are told, and the bytes behind it. */
async function pictureOf(appliance: TestAppliance): Promise<unknown> {
  const headers = { authorization: AUTHORIZATION };
  const get = (path: string) => fetch(appliance.httpUrl + path, { headers });
  const studies = (await (await get('/dicom-web/studies')).text()).replaceAll(/127\.0\.0\.1:\d+/g, 'HOST');
  const instances = (await (await get('/dicom-web/instances')).text()).replaceAll(/127\.0\.0\.1:\d+/g, 'HOST');
  const client = await DimseClient.associate({
    port: appliance.dicomPort,
    callingAe: 'VIEWER',
    contexts: [[STUDY_ROOT_FIND, ['1.2.840.10008.1.2']]],
  });
  const found = await client.find(
    identifier({ '00080052': 'STUDY', '00100010': '홍*', '0020000D': '', '00201208': '' }),
  );
  await client.release();
  const versions = await appliance.archive.retrieve.versions('1.2.3');
  const { quarantined } = await appliance.archive.attention();
  return {
    studies,
    instances,
    found: found.dataSets.map((dataSet) => dataSet.toString('hex')),
    versions: versions.map(({ fileId, role, sha256 }) => [fileId, role, sha256]),
    quarantined: quarantined.map(({ sha256, times }) => [sha256, times]),
  };
}

function filesOf(folder: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) found[entry.name] = readFileSync(join(entry.parentPath, entry.name)).toString('base64');
  }
  return found;
}

it('backs up while running, verifies, loses its data folder, and is restored with the same answers and bytes', async () => {
  const target = join(freshFolder(), 'not made yet');
  const config = { backup: { targets: [{ kind: 'folder', path: target }] } };
  const before = await startTestAppliance({ config });
  await fill(before);
  const seen = await pictureOf(before);
  expect(await command('backup', '--data', before.dataDir)).toMatchObject({
    code: 0,
    output: expect.stringContaining('백업 완료'),
  });
  expect(await command('verify', '--data', before.dataDir)).toMatchObject({ code: 0 });
  const second = await command('backup', '--data', before.dataDir);
  expect(second.output).toContain('0개 files');
  const files = filesOf(join(before.dataDir, 'images'));
  await before.dispose();

  const dataDir = join(freshFolder(), 'new');
  expect(await command('restore', '--data', dataDir, '--target', target)).toMatchObject({ code: 0 });
  const restored = filesOf(join(dataDir, 'images'));
  for (const [name, bytes] of Object.entries(files)) {
    // Slots that were made ahead are no images.
    if (bytes !== '') expect(restored[name] === bytes, name).toBe(true);
  }
  expect((await command('restore', '--data', dataDir, '--target', target)).code).toBe(1);
  const after = await startTestAppliance({ dataDir, config });
  await after.archive.rebuilt();
  expect(await pictureOf(after)).toEqual(seen);
  await after.dispose();
});

it('names the volume and the file in which one byte was flipped', async () => {
  const target = freshFolder();
  const appliance = await startTestAppliance();
  await fill(appliance);
  expect((await command('backup', '--data', appliance.dataDir, '--target', target)).code).toBe(0);
  await appliance.dispose();
  const volume = execFileSync('find', [target, '-name', '*.zip'], { encoding: 'utf8' }).trim().split('\n')[0] as string;
  const bytes = readFileSync(volume);
  const at = Math.floor(bytes.length / 2);
  bytes[at] = (bytes[at] as number) ^ 1;
  rmSync(volume);
  writeFileSync(volume, bytes);
  const verified = await command('verify', '--target', target);
  expect(verified.code).toBe(1);
  expect(verified.output).toMatch(/volumes\/.*\.zip.*손상/);
  expect(verified.output).toMatch(/› .*\.dcm: 파일이 손상되었습니다/);
});

it('answers what it cannot do in words, with an exit code that says so', async () => {
  const empty = freshFolder();
  expect(await command('backup', '--data', empty)).toMatchObject({
    code: 1,
    output: expect.stringContaining('PACS 데이터 폴더가 아닙니다'),
  });
  expect(await command('restore', '--data', join(empty, 'x'))).toMatchObject({
    code: 1,
    output: expect.stringContaining('--target'),
  });
  expect(await command('verify', '--target', join(empty, 'gone'))).toMatchObject({ code: 1 });
  expect(await command('restore', '--data', join(empty, 'x'), '--target', empty)).toMatchObject({
    code: 1,
    output: expect.stringContaining('백업이 없는 폴더'),
  });
});
