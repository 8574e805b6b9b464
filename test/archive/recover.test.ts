import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Archive } from '../../src/archive/archive.ts';
import type { StoredOutcome } from '../../src/archive/receive.ts';
import { dataSetOf, openArchive, store, UNKNOWN } from '../support/archive.ts';
import { freshFolder } from '../support/folders.ts';
import { makeInstance } from '../support/synthetic.ts';

/** A copy of the data folder as a power cut would leave it: taken while the archive runs. */
function cut(archive: Archive): string {
  const copy = join(freshFolder(), 'data');
  cpSync(archive.store.dataDir, copy, { recursive: true });
  return copy;
}

/** The index as it was before: rows that were committed since are lost, the files are there. */
function putIndexBack(from: string, to: string): void {
  for (const name of ['index.sqlite', 'index.sqlite-wal', 'index.sqlite-shm']) {
    rmSync(join(to, name), { force: true });
    if (existsSync(join(from, name))) copyFileSync(join(from, name), join(to, name));
  }
}

const ALL = { level: 'IMAGE' as const, keys: [] };

describe('start-up after an interruption', () => {
  it('files an image that is whole on the disk but has no row', async () => {
    const before = await openArchive();
    await store(before, makeInstance());
    const index = cut(before);
    const late = makeInstance({ patientId: 'LATE' });
    const { fileId } = (await store(before, late)) as StoredOutcome;
    const dataDir = cut(before);
    await before.close();
    putIndexBack(index, dataDir);
    const archive = await openArchive(dataDir);
    expect((await archive.query(ALL)).count).toBe(2);
    expect((await dataSetOf(archive, fileId)).equals(late.dataSet)).toBe(true);
    await archive.close();
  });

  it('gives no number of the change log twice: who followed it misses nothing that a power cut took', async () => {
    const before = await openArchive();
    await store(before, makeInstance());
    const index = cut(before);
    const lost = [makeInstance(), makeInstance(), makeInstance()];
    for (const instance of lost) await store(before, instance);
    const seen = await before.changes.head();
    const dataDir = cut(before);
    await before.close();
    putIndexBack(index, dataDir);
    const archive = await openArchive(dataDir);
    const news = await archive.changes.since(seen, 100);
    expect(news.map((change) => change.sopInstanceUid).sort()).toEqual(lost.map((one) => one.sopInstanceUid).sort());
    await archive.close();
  });

  it('removes what was never whole, and leaves nothing under incoming/', async () => {
    const before = await openArchive();
    const reception = before.receive.begin({ origin: UNKNOWN, ...makeInstance() });
    reception.write(Buffer.alloc(5 << 20));
    await reception.drained();
    const dataDir = cut(before);
    await reception.abort();
    await before.close();
    const archive = await openArchive(dataDir);
    expect((await archive.query(ALL)).count).toBe(0);
    expect((await archive.attention()).quarantined).toEqual([]);
    await archive.close();
  });

  it('quarantines what was sealed but damaged', async () => {
    const before = await openArchive();
    const { fileId } = (await store(before, makeInstance({ pixelBytes: 5000 }))) as StoredOutcome;
    const dataDir = cut(before);
    await before.close();
    for (const name of ['index.sqlite', 'index.sqlite-wal', 'index.sqlite-shm'])
      rmSync(join(dataDir, name), { force: true });
    const path = before.store.pathOf(fileId).replace(before.store.dataDir, dataDir);
    const bytes = readFileSync(path);
    bytes[bytes.length - 10] = (bytes.at(-10) as number) ^ 1;
    writeFileSync(path, bytes);
    const archive = await openArchive(dataDir);
    await archive.rebuilt();
    expect((await archive.query(ALL)).count).toBe(0);
    expect((await archive.attention()).quarantined).toMatchObject([{ code: 'DATA_SET_UNREADABLE' }]);
    await archive.close();
  });
});

describe('the index', () => {
  it('comes back from the files with the same rows, roles, versions and order when it is gone', async () => {
    const dataDir = freshFolder();
    const before = await openArchive(dataDir);
    for (let n = 0; n < 12; n++) {
      const uids = {
        sopInstanceUid: `1.2.${n % 5}`,
        studyInstanceUid: `1.3.${n % 2}`,
        seriesInstanceUid: `1.4.${n % 2}`,
      };
      await store(
        before,
        makeInstance({ ...uids, rows: 8 + n, patientName: '홍^길동', patientId: `P${n % 2}` }),
        n % 4 === 3 ? UNKNOWN : undefined,
      );
    }
    const seen = await pictureOf(before);
    await before.close();
    for (const name of ['index.sqlite', 'index.sqlite-wal', 'index.sqlite-shm'])
      rmSync(join(dataDir, name), { force: true });
    const after = await openArchive(dataDir);
    await after.rebuilt();
    expect(after.status().index.state).toBe('ready');
    expect(await pictureOf(after)).toEqual(seen);
    await after.close();
  });

  it('is replaced and rebuilt when its file is damaged', async () => {
    const dataDir = freshFolder();
    const before = await openArchive(dataDir);
    await store(before, makeInstance());
    const { epoch } = await before.changes.head();
    await before.close();
    writeFileSync(join(dataDir, 'index.sqlite'), Buffer.alloc(4096, 0), { flag: 'r+' });
    const after = await openArchive(dataDir);
    await after.rebuilt();
    expect((await after.query(ALL)).count).toBe(1);
    expect((await after.changes.head()).epoch).not.toBe(epoch);
    await after.close();
  });

  it('of a small archive is whole again before the first question is answered', async () => {
    const dataDir = freshFolder();
    const before = await openArchive(dataDir);
    for (let n = 0; n < 20; n++) await store(before, makeInstance());
    await before.close();
    rmSync(join(dataDir, 'index.sqlite'));
    const after = await openArchive(dataDir);
    expect((await after.query(ALL)).count).toBe(20);
    await after.close();
  });

  it('says which files it could not read, and indexes the others', async () => {
    const dataDir = freshFolder();
    const before = await openArchive(dataDir);
    const { fileId } = (await store(before, makeInstance())) as StoredOutcome;
    await store(before, makeInstance());
    truncateSync(before.store.pathOf(fileId), 1000);
    mkdirSync(join(dataDir, 'images', '2026', 'not a day'), { recursive: true });
    await before.close();
    rmSync(join(dataDir, 'index.sqlite'));
    const after = await openArchive(dataDir);
    await after.rebuilt();
    expect((await after.query(ALL)).count).toBe(1);
    await after.close();
  });
});

async function pictureOf(archive: Archive): Promise<unknown> {
  const versions = await Promise.all(Array.from({ length: 5 }, (_, n) => archive.retrieve.versions(`1.2.${n}`)));
  const studies = JSON.parse((await archive.query({ level: 'STUDY', keys: [] })).json) as Record<string, unknown>[];
  return {
    versions: versions.map((list) =>
      list.map(({ fileId, role, sha256, receiveSequence }) => [fileId, role, sha256, receiveSequence]),
    ),
    studies: studies.map((study) => JSON.stringify(study)).sort(),
  };
}
