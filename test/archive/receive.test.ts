import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StoredOutcome } from '../../src/archive/receive.ts';
import { quarantinePath } from '../../src/storage/quarantine-files.ts';
import { CT1, dataSetOf, openArchive, store, UNKNOWN } from '../support/archive.ts';
import { freshFolder } from '../support/folders.ts';
import { makeInstance } from '../support/synthetic.ts';

const DEFLATED_LE = '1.2.840.10008.1.2.1.99';
const EXPLICIT_BE = '1.2.840.10008.1.2.2';

describe('receiving', () => {
  it('gives back every byte of what it acknowledged, in every transfer syntax', async () => {
    const archive = await openArchive();
    for (const transferSyntaxUid of [
      '1.2.840.10008.1.2',
      '1.2.840.10008.1.2.1',
      EXPLICIT_BE,
      DEFLATED_LE,
      '1.2.840.10008.1.2.4.90',
    ]) {
      const instance = makeInstance({ transferSyntaxUid, pixelBytes: 100_001 });
      const outcome = (await store(archive, instance)) as StoredOutcome;
      expect(outcome).toMatchObject({ kind: 'stored', sopInstanceUid: instance.sopInstanceUid });
      expect((await dataSetOf(archive, outcome.fileId)).equals(instance.dataSet)).toBe(true);
    }
    await archive.close();
  });

  it('writes nothing for the same bytes again', async () => {
    const archive = await openArchive();
    const instance = makeInstance();
    const first = (await store(archive, instance)) as StoredOutcome;
    const again = await store(archive, instance, UNKNOWN);
    expect(again).toMatchObject({ kind: 'already-stored', fileId: first.fileId });
    await archive.close();
    expect(imagesIn(archive.store.dataDir)).toHaveLength(1);
  });

  it('keeps the earlier version and the newcomer of another device, both byte for byte', async () => {
    const archive = await openArchive();
    const uids = { sopInstanceUid: '1.2.3', studyInstanceUid: '1.2.3.4', seriesInstanceUid: '1.2.3.5' };
    const [first, second, foreign] = [10, 20, 30].map((rows) => makeInstance({ ...uids, rows })) as [
      ReturnType<typeof makeInstance>,
      ReturnType<typeof makeInstance>,
      ReturnType<typeof makeInstance>,
    ];
    const outcomes = [
      await store(archive, first),
      await store(archive, second),
      await store(archive, foreign, UNKNOWN),
    ];
    expect(outcomes.map(({ kind }) => kind)).toEqual(['stored', 'new-version', 'needs-attention']);
    const versions = await archive.retrieve.versions('1.2.3');
    expect(versions.map(({ role }) => role)).toEqual(['prior', 'current', 'attention']);
    expect(versions.map(({ sha256 }) => sha256)).toEqual([first.sha256, second.sha256, foreign.sha256]);
    for (const [n, instance] of [first, second, foreign].entries()) {
      expect((await dataSetOf(archive, versions[n]?.fileId ?? '')).equals(instance.dataSet)).toBe(true);
    }
    expect((await archive.attention()).copies).toHaveLength(1);
    await archive.close();
  });

  it('keeps one Study Instance UID under two patients apart, and says so', async () => {
    const archive = await openArchive();
    await store(archive, makeInstance({ studyInstanceUid: '1.9', patientId: 'P1' }));
    await store(archive, makeInstance({ studyInstanceUid: '1.9', patientId: 'P2' }));
    expect((await archive.query({ level: 'STUDY', keys: [{ tag: 0x0020000d, values: ['1.9'] }] })).count).toBe(2);
    expect((await archive.attention()).sharedStudyUids[0]?.studies.map(({ patientId }) => patientId)).toEqual([
      'P1',
      'P2',
    ]);
    await archive.close();
  });

  it('puts what cannot be read, or has no usable UIDs, into quarantine: once, whole, and visible', async () => {
    const archive = await openArchive();
    const bad = { ...makeInstance(), dataSet: Buffer.from('this is no data set at all, however one looks at it') };
    expect(await store(archive, bad)).toMatchObject({ kind: 'failed', code: 'DATA_SET_UNREADABLE' });
    await store(archive, bad);
    const traversal = makeInstance({ studyInstanceUid: '../../../etc/passwd' });
    expect(await store(archive, traversal)).toMatchObject({ kind: 'failed', code: 'IDENTIFIERS_INVALID' });
    expect(await store(archive, makeInstance({ sopInstanceUid: '' }))).toMatchObject({
      kind: 'failed',
      code: 'IDENTIFIERS_INVALID',
    });
    const { quarantined } = await archive.attention();
    expect(quarantined.map(({ code, times }) => [code, times])).toEqual(
      expect.arrayContaining([
        ['DATA_SET_UNREADABLE', 2],
        ['IDENTIFIERS_INVALID', 1],
      ]),
    );
    const row = quarantined.find(({ code }) => code === 'DATA_SET_UNREADABLE');
    const file = readFileSync(quarantinePath(archive.store.dataDir, row?.file ?? ''));
    expect(file.subarray(row?.dataSetOffset).equals(bad.dataSet)).toBe(true);
    await archive.close();
    expect(imagesIn(archive.store.dataDir)).toEqual([]);
  });

  it('finds the keys behind sequences that are longer than the first 64 KiB', async () => {
    const archive = await openArchive();
    const items = Array.from({ length: 1200 }, (_, n) => ({
      '00081150': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.2'] },
      '00081155': { vr: 'UI', Value: [`1.2.3.4.5.${n}`] },
    }));
    const long = makeInstance({
      attributes: { ReferencedImageSequence: { vr: 'SQ', Value: items } },
      patientId: 'LONG',
    });
    expect(long.dataSet.length).toBeGreaterThan(70_000);
    expect(await store(archive, long)).toMatchObject({ kind: 'stored', patientId: 'LONG' });
    await archive.close();
  });

  it('refuses when the reserve of the disk is reached, and goes on reading', async () => {
    const dataDir = freshFolder();
    const before = await openArchive(dataDir);
    const instance = makeInstance();
    const { fileId } = (await store(before, instance)) as StoredOutcome;
    await before.close();
    const archive = await openArchive(dataDir, { refuseBelowGb: 1_000_000 });
    expect(await store(archive, makeInstance())).toMatchObject({ kind: 'failed', code: 'STORAGE_FULL' });
    expect((await dataSetOf(archive, fileId)).equals(instance.dataSet)).toBe(true);
    expect(archive.status().disk.refusing).toBe(true);
    await archive.close();
  });

  it('holds an unapproved address to its quota, over a restart too, and approved devices not', async () => {
    const dataDir = freshFolder();
    let archive = await openArchive(dataDir, { unapprovedQuotaGb: 0.000_02 });
    expect((await store(archive, makeInstance({ pixelBytes: 30_000 }), UNKNOWN)).kind).toBe('stored');
    expect(await store(archive, makeInstance(), UNKNOWN)).toMatchObject({ kind: 'failed', code: 'QUOTA_EXCEEDED' });
    await archive.close();
    archive = await openArchive(dataDir, { unapprovedQuotaGb: 0.000_02 });
    expect(await store(archive, makeInstance(), UNKNOWN)).toMatchObject({ kind: 'failed', code: 'QUOTA_EXCEEDED' });
    expect((await store(archive, makeInstance(), CT1)).kind).toBe('stored');
    await archive.close();
  });

  it('takes fifty at once', async () => {
    const archive = await openArchive();
    const instances = Array.from({ length: 50 }, () => makeInstance({ pixelBytes: 200_000 }));
    const outcomes = await Promise.all(instances.map((instance) => store(archive, instance)));
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['stored']));
    expect((await archive.changes.since({ epoch: '', seq: 0 }, 100)).length).toBe(50);
    await archive.close();
  });
});

function imagesIn(dataDir: string): string[] {
  return readdirSync(join(dataDir, 'images'), { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [entry.name] : [],
  );
}
