import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { Archive } from '../../../src/archive/archive.ts';
import { Arrivals } from '../../../src/followers/previews/arrivals.ts';
import { Previews } from '../../../src/followers/previews/previews.ts';
import { createLog } from '../../../src/log.ts';
import { Rendering } from '../../../src/rendering/rendering.ts';
import { CT1, openArchive, store } from '../../support/archive.ts';
import { freshFolder } from '../../support/folders.ts';
import { type Instance, type InstanceOptions, makeInstance, makeStudy } from '../../support/synthetic.ts';

const ROOT = 'http://pacs:8080/dicom-web';
const log = createLog({ level: 'silent' });
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface Site {
  readonly dataDir: string;
  readonly archive: Archive;
  readonly rendering: Rendering;
}

async function site(dataDir = freshFolder()): Promise<Site> {
  const archive = await openArchive(dataDir);
  const rendering = new Rendering({ dataDir, log, workers: 2, idleMs: 5000, reserveBytes: 0 });
  closers.push(
    () => archive.close(),
    () => rendering.close(),
  );
  return { dataDir, archive, rendering };
}

function follow({ archive, rendering }: Site, settings: { settleMs?: number; quietMs?: number } = {}): Previews {
  const previews = new Previews({ archive, rendering, log, defaultRoot: ROOT, settleMs: 0, quietMs: 0, ...settings });
  previews.start();
  closers.push(() => previews.stop());
  return previews;
}

async function closeAll(): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close();
}

/** Names of all kept pictures, without the file ids. */
function pictures({ dataDir }: Site): string[] {
  const days = readdirSync(join(dataDir, 'derived')).filter((name) => /^\d{8}$/.test(name));
  const names = days.flatMap((day) => readdirSync(join(dataDir, 'derived', day)));
  return names.map((name) => name.slice(name.indexOf('.') + 1)).sort();
}

function metadataFiles({ dataDir }: Site): string[] {
  const folder = join(dataDir, 'derived', 'metadata');
  if (!existsSync(folder)) return [];
  const all = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return all.filter((name) => name.endsWith('.json.gz')).map((name) => join(folder, name));
}

async function storeAll({ archive }: Site, instances: readonly Instance[]): Promise<void> {
  for (const instance of instances) expect((await store(archive, instance)).kind).not.toBe('failed');
}

const GREY: InstanceOptions = { rows: 40, columns: 30, bits: 16 };

describe('previews at arrival', () => {
  it('makes the metadata of a series, and a thumbnail and a preview of each image', async () => {
    const here = await site();
    const previews = follow(here);
    await storeAll(here, makeStudy(2, 3, GREY));
    await previews.idle();
    expect(pictures(here)).toEqual([...Array(6).fill('1.1600.jpg'), ...Array(6).fill('1.thumbnail.jpg')]);
    const [first, second, ...others] = metadataFiles(here);
    expect(others).toEqual([]);
    for (const file of [first, second]) {
      const json = JSON.parse(gunzipSync(readFileSync(file as string)).toString());
      expect(json.length).toBe(3);
      expect(json[0]['7FE00010'].BulkDataURI).toMatch(/^http:\/\/pacs:8080\/dicom-web\/studies\//);
    }
  });

  it('takes the middle frame of a multi-frame image', async () => {
    const here = await site();
    const previews = follow(here);
    await storeAll(here, [makeInstance({ ...GREY, frames: 9 })]);
    await previews.idle();
    expect(pictures(here)).toEqual(['5.1600.jpg', '5.thumbnail.jpg']);
  });

  it('passes over what cannot be rendered, and goes on with the next', async () => {
    const here = await site();
    const previews = follow(here);
    const broken = { ...GREY, transferSyntaxUid: '1.2.840.10008.1.2.4.90' };
    await storeAll(here, [makeInstance(broken), makeInstance({ pixelBytes: 0 }), makeInstance(GREY)]);
    await previews.idle();
    expect(pictures(here)).toEqual(['1.1600.jpg', '1.thumbnail.jpg']);
    expect(metadataFiles(here).length).toBe(3);
  });

  it('waits for a series to settle, and until no images come in', async () => {
    const here = await site();
    const previews = follow(here, { settleMs: 300, quietMs: 300 });
    const [first, second] = makeStudy(1, 2, GREY) as [Instance, Instance];
    await storeAll(here, [first]);
    await storeAll(here, [second]);
    const reception = here.archive.receive.begin({ origin: CT1, ...makeInstance(GREY) });
    const sending = setInterval(() => reception.write(Buffer.alloc(10)), 20);
    // Three times as long as it would wait if nothing came in.
    await new Promise((resolve) => setTimeout(resolve, 900));
    expect(existsSync(join(here.dataDir, 'derived', 'metadata'))).toBe(false);
    clearInterval(sending);
    await reception.abort();
    await previews.idle();
    expect(pictures(here).length).toBe(4);
    // One answer about both, none about the first alone.
    expect(metadataFiles(here).length).toBe(1);
  });

  it('goes on after a restart where it was, and makes nothing twice', async () => {
    const here = await site();
    await storeAll(here, makeStudy(1, 2, GREY));
    await follow(here).idle();
    const [before] = metadataFiles(here);
    const made = statSync(before as string).mtimeMs;
    await closeAll();
    const again = await site(here.dataDir);
    await storeAll(again, makeStudy(1, 1, GREY));
    await follow(again).idle();
    expect(pictures(again).length).toBe(6);
    expect(statSync(before as string).mtimeMs).toBe(made);
    const head = await again.archive.changes.head();
    expect(await again.archive.changes.cursorOf('previews')).toEqual(head);
  });

  it('makes all again when derived/ is gone', async () => {
    const here = await site();
    await storeAll(here, makeStudy(1, 2, GREY));
    await follow(here).idle();
    const before = pictures(here);
    await closeAll();
    rmSync(join(here.dataDir, 'derived'), { recursive: true });
    const again = await site(here.dataDir);
    await follow(again).idle();
    expect(pictures(again)).toEqual(before);
    expect(metadataFiles(again).length).toBe(1);
  });

  it('replaces the metadata of a series that another image came to', async () => {
    const here = await site();
    const [first, second] = makeStudy(1, 2, GREY) as [Instance, Instance];
    const previews = follow(here);
    await storeAll(here, [first]);
    await previews.idle();
    const before = metadataFiles(here);
    await storeAll(here, [second]);
    await previews.idle();
    const after = metadataFiles(here);
    expect([before.length, after.length]).toEqual([1, 1]);
    expect(after).not.toEqual(before);
  });

  it('removes what was made of an image when a newer version took its place', async () => {
    const here = await site();
    const first = makeInstance(GREY);
    const { sopInstanceUid, studyInstanceUid, seriesInstanceUid } = first;
    const newer = makeInstance({ ...GREY, columns: 32, sopInstanceUid, studyInstanceUid, seriesInstanceUid });
    const previews = follow(here);
    await storeAll(here, [first]);
    await previews.idle();
    expect((await store(here.archive, newer)).kind).toBe('new-version');
    await previews.idle();
    expect(pictures(here)).toEqual(['1.1600.jpg', '1.thumbnail.jpg']);
  });

  it('removes what was made of images that are gone when the index was made again', async () => {
    const here = await site();
    await storeAll(here, [makeInstance(GREY)]);
    await follow(here).idle();
    await closeAll();
    const day = join(here.dataDir, 'derived', '20200101');
    mkdirSync(day);
    writeFileSync(join(day, '20200101-gone.1.thumbnail.jpg'), 'x');
    for (const name of ['index.sqlite', 'index.sqlite-wal', 'index.sqlite-shm'])
      rmSync(join(here.dataDir, name), { force: true });
    const again = await site(here.dataDir);
    await follow(again).idle();
    expect(readdirSync(day)).toEqual([]);
    expect(pictures(again)).toEqual(['1.1600.jpg', '1.thumbnail.jpg']);
  });
});

describe('arrivals', () => {
  const line = (seq: number, series: string, at: number) => ({
    seq,
    kind: 'instance.stored' as const,
    at: new Date(at).toISOString(),
    studyId: 1,
    fileId: `f${seq}`,
    studyInstanceUid: '1.2',
    seriesInstanceUid: series,
    sopInstanceUid: `1.2.${seq}`,
  });

  it('are done up to the first line of a series that is not', () => {
    const arrivals = new Arrivals(10);
    for (const [seq, series] of [
      [11, 'a'],
      [12, 'b'],
      [13, 'a'],
      [14, 'c'],
    ] as const)
      arrivals.note(line(seq, series, seq * 1000), 1e9);
    expect([arrivals.doneSeq, arrivals.readSeq, arrivals.count]).toEqual([10, 14, 3]);
    const next = arrivals.settled(14_000, 1000);
    expect(next?.seriesInstanceUid).toBe('b');
    if (next) arrivals.done(next);
    expect(arrivals.doneSeq).toBe(10);
    expect(arrivals.settled(14_000, 1000)?.seriesInstanceUid).toBe('a');
    expect(arrivals.settlesIn(14_000, 2000)).toBe(1000);
  });

  it('of the future count as of now', () => {
    const arrivals = new Arrivals(0);
    arrivals.note(line(1, 'a', 9e12), 5000);
    expect(arrivals.settlesIn(5000, 1000)).toBe(1000);
  });
});
