import { expect, test } from 'vitest';
import { byWriting, manifestPath, parseName, runName, runPath, stampOf, volumePath } from '../../backup/names.ts';

const run7 = { stamp: '20261124T0300', run: 7 };

test('names say when for people and count for programs', () => {
  expect(runName(run7)).toBe('20261124T0300-00007');
  expect(volumePath(run7, 2)).toBe('volumes/2026/11/20261124T0300-00007-0002.zip');
  expect(manifestPath(run7, 2)).toBe('manifests/2026/11/20261124T0300-00007-0002.jsonl');
  expect(runPath(run7)).toBe('runs/20261124T0300-00007.json');
});

test('a name comes apart again, and foreign names do not', () => {
  expect(parseName(volumePath(run7, 2))).toEqual({ ...run7, part: 2 });
  expect(parseName(runPath(run7))).toEqual(run7);
  expect(parseName('db/20261124T0300-00007-index.sqlite')).toBeUndefined();
  expect(parseName('db/20261124T0300-00007.index.sqlite')).toEqual(run7);
  expect(parseName('volumes/holiday.zip')).toBeUndefined();
});

test('the order of writing holds when the clock was set back', () => {
  const later = manifestPath({ stamp: '20250101T0300', run: 8 }, 1);
  const second = manifestPath(run7, 10);
  const first = manifestPath(run7, 9);
  expect([later, second, first].sort(byWriting)).toEqual([first, second, later]);
});

test('the stamp is the local time of the clinic', () => {
  expect(stampOf(new Date('2026-11-23T18:05:00Z'), 'Asia/Seoul')).toBe('20261124T0305');
  expect(stampOf(new Date('2026-11-23T15:00:00Z'), 'Asia/Seoul')).toBe('20261124T0000');
});
