import { describe, expect, it } from 'vitest';
import { encodeDataSet } from '../../src/dicom/encode-data-set.ts';
import { readDataSet, readDataSetInTurns } from '../../src/dicom/read-data-set.ts';
import { EXPLICIT_LE } from '../../src/dicom/transfer-syntaxes.ts';
import { AFTER, el, ID, ITEM_END, item, long, reasonOf, SEQUENCE_END, UNDEFINED } from './element-bytes.ts';

describe('a head that is cut', () => {
  const json = {
    '00100020': { vr: 'LO', Value: ['ID'] },
    '00081140': { vr: 'SQ', Value: [{ '00081155': { vr: 'UI', Value: ['1.2'] } }] },
    '0020000D': { vr: 'UI', Value: ['1.2.3.4'] },
  };
  const whole = encodeDataSet(json, EXPLICIT_LE, []);

  it('keeps what is whole at every cut, and never more', () => {
    const ends = new Map(
      [...readDataSet(whole, EXPLICIT_LE).elements.values()].map((one) => [one.tag, one.offset + one.length]),
    );
    for (let size = 0; size < whole.length; size++) {
      const ds = readDataSet(whole.subarray(0, size), EXPLICIT_LE, { headOnly: true });
      const expected = [...ends].filter(([, end]) => end <= size).map(([tag]) => tag);
      expect([...ds.elements.keys()]).toEqual(expected);
      expect(ds.truncated ?? false).toBe(size !== 0 && ![...ends.values()].includes(size));
    }
  });

  it('says which element is cut', () => {
    const ds = readDataSet(whole.subarray(0, whole.length - 1), EXPLICIT_LE, { headOnly: true });
    expect(ds.stoppedAt).toMatchObject({ tag: 0x0020000d, vr: 'UI', length: 8, offset: whole.length - 8 });
    expect(ds.endOffset).toBe(ds.stoppedAt?.headerOffset);
  });

  it('throws at the same cuts when the source should be whole', () => {
    expect(reasonOf(() => readDataSet(whole.subarray(0, whole.length - 1), EXPLICIT_LE))).toBe('truncated');
  });
});

describe('a long data set that is read in turns', () => {
  const items = Buffer.concat(Array.from({ length: 150_000 }, () => item(Buffer.alloc(0))));
  const bytes = long(0x00081140, 'SQ', items);

  it('is the same as one read at once, and others have their turns meanwhile', async () => {
    let turns = 0;
    const others = setInterval(() => turns++, 0);
    const inTurns = await readDataSetInTurns(bytes, EXPLICIT_LE);
    clearInterval(others);
    expect(turns).toBeGreaterThan(1);
    expect(inTurns.elements.get(0x00081140)?.items).toHaveLength(150_000);
    expect([...inTurns.elements.keys()]).toEqual([...readDataSet(bytes, EXPLICIT_LE).elements.keys()]);
  });

  it('is refused where whoever asks has set a bound', async () => {
    await expect(readDataSetInTurns(bytes, EXPLICIT_LE, { mostUnits: 100_000 })).rejects.toMatchObject({
      reason: 'length',
    });
  });
});

describe('hostile data sets', () => {
  it('refuses a private element of a hundred thousand fragments', () => {
    const fragments = Buffer.concat(Array.from({ length: 100_000 }, () => item(Buffer.alloc(0))));
    const value = Buffer.concat([long(0x00091010, 'OB', fragments, UNDEFINED), SEQUENCE_END]);
    expect(reasonOf(() => readDataSet(value, EXPLICIT_LE))).toBe('length');
  });

  it('refuses more than 64 nested sequences, of both kinds of length', () => {
    const open = Buffer.concat([long(0x00081140, 'SQ', Buffer.alloc(0), UNDEFINED), item(Buffer.alloc(0), UNDEFINED)]);
    const close = Buffer.concat([ITEM_END, SEQUENCE_END]);
    const nested = (depth: number) => Buffer.concat([...Array(depth).fill(open), ...Array(depth).fill(close)]);
    expect(reasonOf(() => readDataSet(nested(64), EXPLICIT_LE))).toBe('nothing thrown');
    expect(reasonOf(() => readDataSet(nested(65), EXPLICIT_LE))).toBe('nesting');
    expect(reasonOf(() => readDataSet(nested(20_000), EXPLICIT_LE, { headOnly: true }))).toBe('nesting');
    let defined: Buffer = Buffer.alloc(0);
    for (let depth = 0; depth < 65; depth++) defined = long(0x00081140, 'SQ', item(defined));
    expect(reasonOf(() => readDataSet(defined, EXPLICIT_LE))).toBe('nesting');
  });

  it('refuses lengths beyond the source without reserving memory', () => {
    expect(reasonOf(() => readDataSet(long(0x00104000, 'UT', Buffer.alloc(0), 0xfffffffe), EXPLICIT_LE))).toBe(
      'truncated',
    );
    expect(
      reasonOf(() => readDataSet(long(0x00081140, 'SQ', item(ID.subarray(0, 9), 0xfffffff0), 40), EXPLICIT_LE)),
    ).toBe('truncated');
  });

  it('refuses elements that are longer than what holds them', () => {
    const bytes = Buffer.concat([long(0x00081140, 'SQ', item(el(0x00100020, 'LO', 'ID', 40))), Buffer.alloc(100)]);
    expect(reasonOf(() => readDataSet(bytes, EXPLICIT_LE))).toBe('length');
  });

  it('refuses other things where an item must be', () => {
    expect(reasonOf(() => readDataSet(long(0x00081140, 'SQ', Buffer.concat([ID, AFTER])), EXPLICIT_LE))).toBe(
      'malformed',
    );
    const fragments = Buffer.concat([long(0x7fe00010, 'OB', Buffer.alloc(0), UNDEFINED), ID, AFTER]);
    expect(reasonOf(() => readDataSet(fragments, EXPLICIT_LE))).toBe('malformed');
    expect(reasonOf(() => readDataSet(Buffer.concat([ID, item(ID)]), EXPLICIT_LE))).toBe('malformed');
  });

  it('refuses millions of items and fragments', () => {
    const empty = item(Buffer.alloc(0));
    const items = long(0x00081140, 'SQ', Buffer.alloc(8 * 1_000_000, empty));
    expect(reasonOf(() => readDataSet(items, EXPLICIT_LE))).toBe('length');
  });
});
