import { expect, test } from 'vitest';
import { adoptEpoch, mayBeKnown, NOTHING, type PlanItem, type PlannedVolume, planVolumes } from '../../backup/plan.ts';

function image(seq: number, size = 1000, epoch = 'e1'): PlanItem {
  const hashed = { offset: 100, length: size - 100, sha256: `h${seq}` };
  return { path: `images/${seq}.dcm`, size, seq, epoch, received: seq, fileId: `f${seq}`, hashed };
}

async function plan(items: PlanItem[], options: { mark?: object; here?: number[]; limits?: object } = {}) {
  const mark = { ...NOTHING, epoch: 'e1', ...options.mark };
  const limits = { maxBytes: 5000, maxEntries: 100, ...options.limits };
  const volumes: PlannedVolume[] = [];
  const isHere = (item: PlanItem) => options.here?.includes(item.seq) ?? false;
  for await (const volume of planVolumes(items, mark, isHere, limits)) volumes.push(volume);
  return volumes.map(({ items, mark }) => ({ seqs: items.map((item) => item.seq), upTo: mark.seq, mark }));
}

test('nothing new needs no volume', async () => {
  expect(await plan([])).toEqual([]);
});

test('volumes fill up to the limit in the order of the change log, and each says how far it goes', async () => {
  const volumes = await plan([1, 2, 3, 4, 5].map((seq) => image(seq)));
  expect(volumes.map(({ seqs, upTo }) => [seqs, upTo])).toEqual([
    [[1, 2, 3], 3],
    [[4, 5], 5],
  ]);
});

test('a file larger than a volume gets one of its own', async () => {
  const volumes = await plan([image(1), image(2, 100_000), image(3)]);
  expect(volumes.map(({ seqs }) => seqs)).toEqual([[1], [2], [3]]);
});

test('the number of entries is limited too', async () => {
  const volumes = await plan(
    [1, 2, 3].map((seq) => image(seq)),
    { limits: { maxEntries: 2 } },
  );
  expect(volumes.map(({ seqs }) => seqs)).toEqual([[1, 2], [3]]);
});

test('files that are here already are passed over, and the mark goes on', async () => {
  const volumes = await plan(
    [1, 2, 3].map((seq) => image(seq)),
    { here: [2, 3] },
  );
  expect(volumes.map(({ seqs, upTo }) => [seqs, upTo])).toEqual([[[1], 3]]);
});

test('when all is here already, the mark alone is written', async () => {
  expect(await plan([image(1), image(2)], { here: [1, 2] })).toMatchObject([{ seqs: [], upTo: 2 }]);
});

test('quarantined files have a count of their own', async () => {
  const hashed = { offset: 0, length: 10, sha256: 'q' };
  const quarantined: PlanItem = { path: 'quarantine/q.dcm', size: 10, seq: 3, hashed };
  const [volume] = await plan([image(7), quarantined]);
  expect(volume?.mark).toMatchObject({ seq: 7, quarantine: 3 });
});

test('a file owed from before a rebuild does not move the mark', async () => {
  const [volume] = await plan([image(90, 1000, 'e0'), image(2)]);
  expect(volume).toMatchObject({ seqs: [90, 2], upTo: 2 });
});

test('after a rebuild everything is listed anew, and only files up to the old count may be known', () => {
  const old = { ...NOTHING, epoch: 'e1', seq: 50, quarantine: 4, received: 60 };
  expect(adoptEpoch(old, 'e1')).toBe(old);
  const anew = adoptEpoch(old, 'e2');
  expect(anew).toMatchObject({ epoch: 'e2', seq: 0, quarantine: 0 });
  expect(mayBeKnown(anew, image(60, 1000, 'e2'))).toBe(true);
  expect(mayBeKnown(anew, image(61, 1000, 'e2'))).toBe(false);
  const hashed = { offset: 0, length: 10, sha256: 'q' };
  expect(mayBeKnown(anew, { path: 'q', size: 10, seq: 4, hashed })).toBe(true);
  expect(mayBeKnown(anew, { path: 'q', size: 10, seq: 5, hashed })).toBe(false);
});

test('two rebuilds in a row forget nothing', () => {
  const twice = adoptEpoch(adoptEpoch({ ...NOTHING, epoch: 'e1', received: 60, quarantine: 4 }, 'e2'), 'e3');
  expect(twice).toMatchObject({ received: 60, known: { quarantine: 4 } });
});
