import { expect, test } from 'vitest';
import { type Manifest, manifestText, parseManifest } from '../../backup/manifest.ts';
import { NOTHING } from '../../backup/plan.ts';
import { openSealed, sealedLine, sealHolds } from '../../backup/sealed.ts';

const manifest: Manifest = {
  entries: [
    { seq: 3, epoch: 'e1', offset: 90, path: 'images/2026/11/24/00abcd-0.dcm', size: 5, sha256: 'ab' },
    { seq: 4, epoch: 'e1', offset: 300, path: 'images/2026/11/24/00abcd-1.dcm', size: 6, sha256: 'cd' },
  ],
  trailer: { volume: 'volumes/x.zip', size: 500, sha256: 'ef', entries: 2, mark: { ...NOTHING, seq: 4 }, pending: [] },
};

test('a manifest is read as it was written', () => {
  const { entries, trailer } = parseManifest(Buffer.from(manifestText(manifest))) ?? {};
  expect(entries).toEqual(manifest.entries);
  expect(trailer).toMatchObject(manifest.trailer);
});

test('path, size and hash come first in a line, so that sed can read them', () => {
  expect(manifestText(manifest).split('\n')[0]).toMatch(/^\{"path":"[^"]+","size":5,"sha256":"ab",/);
});

test('one changed, missing or added byte anywhere is noticed', () => {
  const whole = Buffer.from(manifestText(manifest));
  for (let at = 0; at < whole.length; at++) {
    const flipped = Buffer.from(whole);
    flipped[at] = (flipped[at] ?? 0) ^ 1;
    expect(parseManifest(flipped), `byte ${at} flipped`).toBeUndefined();
    expect(parseManifest(whole.subarray(0, at)), `cut to ${at} bytes`).toBeUndefined();
  }
  expect(parseManifest(Buffer.concat([whole, Buffer.from('\n')]))).toBeUndefined();
});

test('a manifest without entries can move the mark', () => {
  const trailer = { volume: null, size: 0, sha256: null, entries: 0, mark: { ...NOTHING, epoch: 'e2' }, pending: [] };
  expect(parseManifest(Buffer.from(manifestText({ entries: [], trailer })))?.trailer.mark.epoch).toBe('e2');
});

test('a sealed file opens only whole', () => {
  const file = Buffer.from(sealedLine({ siteId: 'a1', clinic: '가나의원' }));
  expect(openSealed(file)).toMatchObject({ siteId: 'a1', clinic: '가나의원' });
  file[5] = 0x41;
  expect(openSealed(file)).toBeUndefined();
  expect(sealHolds(Buffer.alloc(0))).toBe(false);
});
