/** A backup must be of use without this program: the commands of README.md and the script on the disk, run literally. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { openArchive } from '../support/archive.ts';
import { freshFolder } from '../support/folders.ts';
import { type Clinic, clinicWith, images, onTarget } from './support/clinic.ts';
import { filesBelow, readTarget } from './support/contents.ts';
import { nth } from './support/plain-files.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const README = path.join(import.meta.dirname, '..', '..', 'backup', 'README.md');
const missing = ['unzip', 'sha256sum', 'sh'].filter((tool) => spawnSync(tool, ['--version']).error !== undefined);
const withTools = missing.length === 0 ? describe : describe.skip;
if (missing.length > 0) console.log(`skipped: restoring by hand needs ${missing.join(', ')}`);

let clinic: Clinic;
let stored: string[];

beforeAll(async () => {
  clinic = await clinicWith(9);
  await clinic.addRubbish('no image');
  await writeFile(path.join(clinic.dataDir, 'config.json'), '{}');
  await clinic.backUp({ limits: { maxBytes: 1e9, maxEntries: 4 } });
  await clinic.add(images(2));
  expect((await clinic.backUp()).record.outcome).toBe('ok');
  await clinic.archive.close();
  stored = (await readTarget(onTarget(clinic))).entries.map((entry) => entry.path).sort();
});

/** The commands of README.md under a heading line of their own. */
async function commandsOf(title: string): Promise<string> {
  const blocks = [...(await readFile(README, 'utf8')).matchAll(/```sh\n(.*?)```/gs)].map(([, block]) => String(block));
  const found = blocks.find((block) => block.startsWith(`# by-hand: ${title}\n`));
  if (!found) throw new Error(`README.md has no commands for ${title}`);
  return found;
}

function sh(commands: string, environment: Record<string, string>): { code: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', commands], {
    env: { ...process.env, ...environment },
    encoding: 'utf8',
  });
  return { code: status, output: stdout + stderr };
}

async function copyOfTarget(): Promise<string> {
  const copy = freshFolder();
  await cp(onTarget(clinic), copy, { recursive: true });
  return copy;
}

async function flip(file: string, at: number): Promise<void> {
  const bytes = await readFile(file);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await writeFile(file, bytes);
}

async function expectSameFiles(dataDir: string): Promise<void> {
  expect((await filesBelow(dataDir)).filter((name) => /^(images|quarantine)\//.test(name))).toEqual(stored);
  for (const name of stored) {
    const [before, after] = [await readFile(path.join(clinic.dataDir, name)), await readFile(path.join(dataDir, name))];
    expect(after.equals(before), name).toBe(true);
  }
}

/** Starts an archive on the folder, as a new appliance would, and asks for all images. */
async function expectAppliance(dataDir: string): Promise<void> {
  const archive = await openArchive(dataDir);
  await archive.rebuilt();
  for (const { sopInstanceUid, sha256 } of clinic.instances) {
    expect(await archive.retrieve.instances({ sopInstanceUid })).toMatchObject([{ sha256 }]);
  }
  expect((await archive.attention()).quarantined).toHaveLength(1);
  await archive.close();
}

withTools('with unzip and sha256sum, by the commands of README.md', () => {
  test('everything comes back, and an appliance starts on it', async () => {
    const [NEW, BACKUP] = [path.join(freshFolder(), 'new'), onTarget(clinic)];
    expect(sh(await commandsOf('restore'), { NEW, BACKUP })).toEqual({ code: 0, output: '' });
    await expectSameFiles(NEW);
    await expectAppliance(NEW);
  });

  test('a damaged file is named', async () => {
    const [NEW, BACKUP] = [path.join(freshFolder(), 'new'), await copyOfTarget()];
    const { trailer, entries } = nth((await readTarget(BACKUP)).manifests, 0);
    const bad = nth(entries, 1);
    await flip(path.join(BACKUP, String(trailer.volume)), bad.offset + 20);
    const { output } = sh(await commandsOf('restore'), { NEW, BACKUP });
    expect(output).toContain(`damaged: ${trailer.volume}`);
    expect(output).toContain(`${bad.path}: FAILED`);
  });

  test('volumes are checked', async () => {
    const BACKUP = await copyOfTarget();
    expect(sh(await commandsOf('verify'), { BACKUP })).toEqual({ code: 0, output: '' });
    const { trailer } = nth((await readTarget(BACKUP)).manifests, 1);
    await flip(path.join(BACKUP, String(trailer.volume)), 77);
    const { code, output } = sh(await commandsOf('verify'), { BACKUP });
    expect(code).toBe(1);
    expect(output).toContain(`${trailer.volume}: FAILED`);
  });
});

describe('with the script that lies on the disk', () => {
  const script = (base: string, ...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(base, 'restore.mjs'), ...args], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH },
    });
    return { code: status, output: stdout + stderr };
  };

  test('everything comes back, and an appliance starts on it', async () => {
    const dataDir = path.join(freshFolder(), 'new');
    const { code, output } = script(await copyOfTarget(), dataDir);
    expect(output).toContain('파일 12개를 복구했습니다');
    expect(code).toBe(0);
    await expectSameFiles(dataDir);
    await expectAppliance(dataDir);
  });

  test('one study comes back alone', async () => {
    const { studyInstanceUid } = nth(clinic.instances, 0);
    const dataDir = path.join(freshFolder(), 'new');
    expect(script(await copyOfTarget(), dataDir, '--study', studyInstanceUid).code).toBe(0);
    const { entries } = await readTarget(onTarget(clinic));
    const wanted = entries.filter((entry) => entry.studyInstanceUid === studyInstanceUid).map((entry) => entry.path);
    expect(await filesBelow(dataDir)).toEqual(wanted.sort());
  });

  test('a second call goes on, damage is named, all else comes back', async () => {
    const base = await copyOfTarget();
    const { manifests } = await readTarget(base);
    const { trailer, entries } = nth(manifests, 1);
    const bad = nth(entries, 0);
    await flip(path.join(base, String(trailer.volume)), bad.offset);
    await flip(path.join(base, nth(manifests, 0).path), 12);
    const dataDir = path.join(freshFolder(), 'new');
    for (let call = 0; call < 2; call++) {
      const { code, output } = script(base, dataDir);
      expect(code).toBe(1);
      expect(output).toContain(bad.path);
      expect(output).toContain(nth(manifests, 0).path);
    }
    expect((await filesBelow(dataDir)).filter((name) => name.endsWith('.part') || name === bad.path)).toEqual([]);
    expect((await filesBelow(dataDir)).filter((name) => name.endsWith('.dcm')).length).toBeGreaterThanOrEqual(10);
  });

  test('needs nothing but Node.js', async () => {
    const text = await readFile(path.join(onTarget(clinic), 'restore.mjs'), 'utf8');
    const imports = [...text.matchAll(/from '([^']+)'/g)].map(([, name]) => name);
    expect(imports.filter((name) => !name?.startsWith('node:'))).toEqual([]);
  });

  test('refuses to be called wrongly', () => {
    expect(script(onTarget(clinic)).code).toBe(2);
    expect(script(onTarget(clinic), 'x', '--study').code).toBe(2);
  });
});

withTools('a ZIP tool that is not ours', () => {
  test('finds every volume whole', async () => {
    for (const name of await filesBelow(onTarget(clinic, 'volumes'))) {
      expect(execFileSync('unzip', ['-tq', onTarget(clinic, `volumes/${name}`)], { encoding: 'utf8' })).toMatch(
        /No errors/,
      );
    }
  });
});
