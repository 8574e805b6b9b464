/** The run in a process of its own: what ends it, and what that leaves. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type RunOptions, runInOwnProcess } from '../../backup/run.ts';
import type { WorkerJob } from '../../backup/worker.ts';
import { freshFolder } from '../support/folders.ts';
import { CHAOS, seededRandom } from './support/chaos.ts';
import { type Clinic, clinicWith, images, onTarget, SITE } from './support/clinic.ts';
import { filesBelow, readTarget } from './support/contents.ts';

vi.setConfig({ testTimeout: CHAOS ? 900_000 : 120_000, hookTimeout: 60_000 });

const LARGE = { rows: 300, columns: 300 };
const WORKER = path.join(import.meta.dirname, '..', '..', 'backup', 'worker.ts');

let clinic: Clinic;
let job: WorkerJob;

// The archive stays open all the while: a backup never needs it to stop.
beforeAll(async () => {
  clinic = await clinicWith(0);
  await clinic.add(images(30, LARGE));
});
afterAll(() => clinic.archive.close());

beforeEach(() => {
  clinic.root = freshFolder();
  job = {
    dataDir: clinic.dataDir,
    folder: clinic.root,
    create: false,
    site: SITE,
    timeZone: 'Asia/Seoul',
    limits: { maxBytes: 300_000, maxEntries: 100 },
  };
});

const run = (options: RunOptions = {}) => runInOwnProcess(job, options);

async function expectAllOnceAndGood(): Promise<void> {
  const { entries } = await readTarget(onTarget(clinic));
  expect(entries.map((entry) => entry.dataSetSha256).sort()).toEqual(
    clinic.instances.map(({ sha256 }) => sha256).sort(),
  );
  const files = await filesBelow(onTarget(clinic));
  expect(files.filter((name) => /\.part$|lock/.test(name))).toEqual([]);
  const volumes = files.filter((name) => name.startsWith('volumes/')).map((name) => name.slice(8, -4));
  const manifests = files.filter((name) => name.startsWith('manifests/')).map((name) => name.slice(10, -6));
  expect(volumes).toEqual(manifests);
}

test('a run tells its stages and its progress, and where it wrote', async () => {
  const stages: string[] = [];
  let [done, total] = [0, 0];
  const result = await run({
    onStage: ({ name }) => stages.push(name),
    onProgress: ({ bytesDone, bytesTotal }) => {
      [done, total] = [bytesDone, bytesTotal];
    },
  });
  expect(result.record).toMatchObject({ outcome: 'ok', files: clinic.instances.length });
  expect(stages).toEqual(['snapshot', 'volumes', 'copies']);
  expect(total).toBeGreaterThan(30 * 90_000);
  expect(done).toBeLessThanOrEqual(total);
  await expectAllOnceAndGood();
});

describe('killed at random moments, again and again, while images arrive', () => {
  const kills = CHAOS ? 100 : 14;

  /** Manifests on the target. */
  async function committedVolumes(): Promise<number> {
    const files = await filesBelow(clinic.root);
    return files.filter((name) => name.endsWith('.jsonl')).length;
  }

  /** Kills a run some time after a stage began and so many volumes were committed; true when it was still at work. */
  async function killedIn(stage: string, volumes: number, milliseconds: number): Promise<boolean> {
    const enough = (await committedVolumes()) + volumes;
    let child: ChildProcess | undefined;
    let ended = false;
    const kill = async () => {
      while (!ended && (await committedVolumes()) < enough) await sleep(1);
      await sleep(milliseconds);
      child?.kill('SIGKILL');
    };
    return run({
      onStart(started) {
        child = started;
      },
      onStage({ name }) {
        if (name === stage) void kill();
      },
    })
      .then(
        () => false,
        () => true,
      )
      .finally(() => {
        ended = true;
      });
  }

  test('then left alone: every file once, all hashes good, nothing half', async () => {
    const { seed, random } = seededRandom();
    let [midRun, parts, committed] = [0, 0, 0];
    for (let i = 0; i < kills; i++) {
      const before = (await filesBelow(clinic.root)).length;
      const stage = ['volumes', 'volumes', 'volumes', 'volumes', 'snapshot', 'copies'][i % 6] as string;
      const volumes = stage === 'volumes' ? Math.floor(random() * 4) : 0;
      if (await killedIn(stage, volumes, random() * 20)) midRun++;
      const files = await filesBelow(clinic.root);
      if (files.some((name) => name.endsWith('.part'))) parts++;
      if (files.filter((name) => !name.endsWith('.part')).length > before) committed++;
      // More to copy, or the last kills would find nothing to do.
      await clinic.add(images(12, LARGE));
    }
    console.log(
      `seed ${seed}: ${kills} kills, ${midRun} mid-run, ${parts} left a .part, ${committed} committed before`,
    );
    expect(midRun).toBeGreaterThanOrEqual(kills * 0.6);
    expect(committed).toBeGreaterThan(0);
    expect((await run()).record).toMatchObject({ outcome: 'ok', pending: [], problems: [] });
    await expectAllOnceAndGood();
    expect((await run()).record).toMatchObject({ outcome: 'ok', files: 0 });
  });
});

test('a killed run is told as failed, and leaves no snapshot behind after the next', async () => {
  const killed = run({
    onStart: (child) => {
      child.on('message', (message: { kind: string }) => message.kind === 'progress' && child.kill('SIGKILL'));
    },
  });
  await expect(killed).rejects.toMatchObject({ code: 'BACKUP_WRITE_FAILED' });
  expect((await run()).record.outcome).toBe('ok');
  expect((await filesBelow(clinic.dataDir)).filter((name) => name.startsWith('tmp/'))).toEqual([]);
});

test('a stop is orderly: what is committed stays, no half file, no lock, and it is told as a stop', async () => {
  const stop = new AbortController();
  const { record } = await run({
    signal: stop.signal,
    onStage: ({ name }) => name === 'volumes' && stop.abort(),
  });
  expect(record).toMatchObject({ outcome: 'failed', failure: { code: 'BACKUP_STOPPED' } });
  expect((await filesBelow(onTarget(clinic))).filter((name) => /\.part$|lock/.test(name))).toEqual([]);
  expect((await run()).record.outcome).toBe('ok');
  await expectAllOnceAndGood();
});

test('when the appliance dies, its worker ends too', async () => {
  const parent = path.join(freshFolder(), 'parent.mjs');
  await writeFile(
    parent,
    `import { fork } from 'node:child_process';
     const child = fork(${JSON.stringify(WORKER)}, [], { execArgv: [] });
     child.send({ job: ${JSON.stringify(job)} });
     child.once('message', () => { console.log(child.pid); });`,
  );
  const appliance = spawn(process.execPath, [parent], { stdio: ['ignore', 'pipe', 'ignore'] });
  const pid = Number(String((await once(appliance.stdout, 'data'))[0]));
  appliance.kill('SIGKILL');
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 50));
  expect((await run()).record.outcome).toBe('ok');
  await expectAllOnceAndGood();
});

describe('a target that does not answer', () => {
  const hung = async (text: string) => {
    const worker = path.join(freshFolder(), 'worker.mjs');
    await writeFile(worker, text);
    return worker;
  };

  test('is given up in time, and told as not connected', async () => {
    let child: ChildProcess | undefined;
    const worker = await hung("process.on('message', () => { while (true); });");
    const failed = run({
      worker,
      patienceMinutes: 0.01,
      onStart: (started) => {
        child = started;
      },
    });
    await expect(failed).rejects.toMatchObject({
      code: 'BACKUP_TARGET_MISSING',
      detail: expect.stringContaining('응답이 없어'),
    });
    if (child?.exitCode === null && child.signalCode === null) await once(child, 'exit');
    expect(child?.signalCode).toBe('SIGKILL');
  });

  test('has all the time it needs while it gives signs of life', async () => {
    const worker = await hung(`
      process.on('message', () => {
        let beats = 0;
        const beat = setInterval(() => {
          process.send({ kind: 'progress', progress: { bytesDone: ++beats, bytesTotal: 9, files: 1 } });
          if (beats < 9) return;
          clearInterval(beat);
          process.send({ kind: 'failed', code: 'BACKUP_TARGET_FULL', detail: 'at last' });
          process.disconnect();
        }, 300);
      });`);
    await expect(run({ worker, patienceMinutes: 0.03 })).rejects.toMatchObject({ code: 'BACKUP_TARGET_FULL' });
  });
});

describe('a target folder', () => {
  test('that is not there is told, and not made', async () => {
    job.folder = path.join(freshFolder(), 'unplugged');
    await expect(run()).rejects.toMatchObject({
      code: 'BACKUP_TARGET_MISSING',
      detail: expect.stringContaining('unplugged'),
    });
  });

  test('that lay on another disk and now does not is a mount point without its disk', async () => {
    await run();
    job.ownDisk = true;
    await expect(run()).rejects.toMatchObject({
      code: 'BACKUP_TARGET_MISSING',
      detail: expect.stringContaining('빈 폴더'),
    });
  });

  test('may be made when it was never used', async () => {
    job.folder = path.join(freshFolder(), 'a', 'b');
    job.create = true;
    expect((await run()).record.outcome).toBe('ok');
  });

  test('that cannot be made is told', async () => {
    const file = path.join(freshFolder(), 'a file');
    await writeFile(file, '');
    job.folder = path.join(file, 'below');
    job.create = true;
    await expect(run()).rejects.toMatchObject({ code: expect.stringMatching(/^BACKUP_/) });
  });
});

test('several runs at once: one goes through, any other refuses or comes after it', async () => {
  const ends = await Promise.allSettled([run(), run(), run()]);
  expect(ends.filter((end) => end.status === 'fulfilled').length).toBeGreaterThanOrEqual(1);
  for (const end of ends) if (end.status === 'rejected') expect(end.reason).toMatchObject({ code: 'BACKUP_RUNNING' });
  await expectAllOnceAndGood();
});

test('the ZIP library is loaded in this process alone, never in the appliance', async () => {
  const probe = path.join(freshFolder(), 'probe.mjs');
  const backup = path.join(path.dirname(WORKER), 'backup.ts');
  await writeFile(
    probe,
    `import { registerHooks } from 'node:module';
     registerHooks({ load(url, context, next) { if (url.includes('/archiver/')) console.log('loaded'); return next(url, context); } });
     await import(${JSON.stringify(backup)});`,
  );
  expect(execFileSync(process.execPath, [probe], { encoding: 'utf8' })).toBe('');
  await writeFile(probe, (await readFile(probe, 'utf8')).replace('backup.ts', 'volume.ts'));
  expect(execFileSync(process.execPath, [probe], { encoding: 'utf8' })).toContain('loaded');
});

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
