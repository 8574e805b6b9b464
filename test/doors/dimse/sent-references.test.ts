import { expect, it } from 'vitest';
import type { InstanceReference } from '../../../src/dicom/storage-commitment.ts';
import { SentReferences } from '../../../src/doors/dimse/sent-references.ts';

it('hands on every reference once, in lots of a thousand', () => {
  const lots: (readonly InstanceReference[])[] = [];
  const sent = new SentReferences((lot) => lots.push(lot));
  const all = Array.from({ length: 2500 }, (_, n) => ({ sopClassUid: '1.2', sopInstanceUid: `1.2.${n}` }));
  for (const one of all) sent.add(one);
  expect(lots.map(({ length }) => length)).toEqual([1000, 1000]);
  sent.flush();
  sent.flush();
  expect(lots.map(({ length }) => length)).toEqual([1000, 1000, 500]);
  expect(lots.flat()).toEqual(all);
});
