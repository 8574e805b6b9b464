import { describe, expect, it } from 'vitest';
import { bytesOf, itemsOf, number, numbers, text, texts } from '../../src/dicom/data-set.ts';
import { readDataSet } from '../../src/dicom/read-data-set.ts';
import { EXPLICIT_BE, EXPLICIT_LE, IMPLICIT_LE } from '../../src/dicom/transfer-syntaxes.ts';
import { makeInstance } from '../support/synthetic.ts';
import { AFTER, el, ID, ITEM_END, item, long, raw, SEQUENCE_END, UNDEFINED } from './element-bytes.ts';

describe('reading a data set', () => {
  it('reads the same values in every encoding', () => {
    for (const uid of [IMPLICIT_LE, EXPLICIT_LE, EXPLICIT_BE]) {
      const { dataSet } = makeInstance({ transferSyntaxUid: uid, patientId: 'A1', rows: 4, columns: 6, bits: 16 });
      const ds = readDataSet(dataSet, uid);
      expect([text(ds, 0x00100020), number(ds, 0x00280010), numbers(ds, 0x00280011)]).toEqual(['A1', 4, [6]]);
      expect(bytesOf(ds, 0x7fe00010)?.length).toBe(48);
      expect(ds.endOffset).toBe(dataSet.length);
    }
  });

  it('stops before the tag it is told and says what it found there', () => {
    const { dataSet } = makeInstance({ rows: 2, columns: 2 });
    const ds = readDataSet(dataSet, EXPLICIT_LE, { stopBefore: 0x7fe00010 });
    expect(ds.stoppedAt).toMatchObject({ tag: 0x7fe00010, vr: 'OB', length: 4, offset: dataSet.length - 4 });
    expect(ds.endOffset).toBe(dataSet.length - 16);
    expect(ds.elements.has(0x7fe00010)).toBe(false);
  });

  it('reads items of defined and undefined length alike', () => {
    const defined = long(0x00081140, 'SQ', Buffer.concat([item(ID), item(Buffer.alloc(0))]));
    const undefinedLength = Buffer.concat([
      long(0x00081140, 'SQ', Buffer.alloc(0), UNDEFINED),
      item(ID, UNDEFINED),
      ITEM_END,
      item(Buffer.alloc(0)),
      SEQUENCE_END,
    ]);
    for (const bytes of [defined, undefinedLength]) {
      const ds = readDataSet(Buffer.concat([bytes, AFTER]), EXPLICIT_LE);
      expect(itemsOf(ds, 0x00081140).map((one) => text(one, 0x00100020))).toEqual(['ID', '']);
      expect(text(ds, 0x0020000d)).toBe('1.2');
    }
  });

  it('reads UN of undefined length as a sequence in implicit VR', () => {
    const inner = raw(0x00100020, 'ID');
    const bytes = Buffer.concat([
      long(0x00091001, 'UN', Buffer.alloc(0), UNDEFINED),
      item(inner, UNDEFINED),
      ITEM_END,
      SEQUENCE_END,
      AFTER,
    ]);
    const ds = readDataSet(bytes, EXPLICIT_LE);
    expect(text(itemsOf(ds, 0x00091001)[0] ?? ds, 0x00100020)).toBe('ID');
    expect(text(ds, 0x0020000d)).toBe('1.2');
  });

  it('reads explicit VR inside UN of undefined length, which some writers do', () => {
    const bytes = Buffer.concat([long(0x00091001, 'UN', Buffer.alloc(0), UNDEFINED), item(ID), SEQUENCE_END]);
    const ds = readDataSet(bytes, EXPLICIT_LE);
    expect(text(itemsOf(ds, 0x00091001)[0] ?? ds, 0x00100020)).toBe('ID');
  });

  it('knows the VR of public elements that were written as UN, sequences too', () => {
    const sequence = long(0x00081140, 'UN', item(raw(0x00081155, '1.2.3\0')));
    const bytes = Buffer.concat([
      sequence,
      long(0x00100010, 'UN', Buffer.from('A^B')),
      long(0x00280010, 'UN', Buffer.from([2, 0])),
    ]);
    const ds = readDataSet(bytes, EXPLICIT_LE);
    expect(text(ds, 0x00100010)).toBe('A^B');
    expect(number(ds, 0x00280010)).toBe(2);
    expect(text(itemsOf(ds, 0x00081140)[0] ?? ds, 0x00081155)).toBe('1.2.3');
  });

  it('leaves private UN as bytes', () => {
    const ds = readDataSet(long(0x00091001, 'UN', Buffer.from([1, 2])), EXPLICIT_LE);
    expect(ds.elements.get(0x00091001)).toMatchObject({ vr: 'UN', length: 2 });
    expect(texts(ds, 0x00091001)).toEqual([]);
  });

  it('finds the fragments of encapsulated pixel data', () => {
    const encodedFrames = [Buffer.from([1, 2, 3, 4]), Buffer.from([5, 6])];
    const { dataSet } = makeInstance({ transferSyntaxUid: '1.2.840.10008.1.2.4.50', frames: 2, encodedFrames });
    const ds = readDataSet(dataSet, '1.2.840.10008.1.2.4.50');
    const fragments = ds.elements.get(0x7fe00010)?.fragments ?? [];
    expect(fragments.map(({ offset, length }) => dataSet.subarray(offset, offset + length))).toEqual([
      Buffer.from([0, 0, 0, 0, 12, 0, 0, 0]),
      ...encodedFrames,
    ]);
  });

  it('accepts encapsulated pixel data at whose end the delimiter is missing', () => {
    const { dataSet } = makeInstance({ transferSyntaxUid: '1.2.840.10008.1.2.4.50' });
    const ds = readDataSet(dataSet.subarray(0, dataSet.length - 8), '1.2.840.10008.1.2.4.50');
    expect(ds.elements.get(0x7fe00010)?.fragments?.length).toBe(2);
  });

  it.each([
    ['implicit data under an explicit label', IMPLICIT_LE, EXPLICIT_LE],
    ['explicit data under an implicit label', EXPLICIT_LE, IMPLICIT_LE],
    ['big endian data under a little endian label', EXPLICIT_BE, EXPLICIT_LE],
    ['little endian data under a big endian label', EXPLICIT_LE, EXPLICIT_BE],
    ['explicit data under an unknown label', EXPLICIT_LE, '1.2.3.4.5'],
  ])('believes the bytes: %s', (_, written, label) => {
    const { dataSet } = makeInstance({ transferSyntaxUid: written, patientId: 'A1' });
    const ds = readDataSet(dataSet, label);
    expect([text(ds, 0x00100020), number(ds, 0x00280010)]).toEqual(['A1', 8]);
  });

  it('reads an element without VR among explicit ones', () => {
    const bytes = Buffer.concat([ID, raw(0x00104000, 'note'), AFTER]);
    const ds = readDataSet(bytes, EXPLICIT_LE);
    expect([text(ds, 0x00104000), text(ds, 0x0020000d)]).toEqual(['note', '1.2']);
  });

  it('reads a VR of the future in its long form', () => {
    const ds = readDataSet(Buffer.concat([ID, long(0x00104000, 'ZZ', Buffer.from('note')), AFTER]), EXPLICIT_LE);
    expect(ds.elements.get(0x00104000)?.length).toBe(4);
    expect(text(ds, 0x0020000d)).toBe('1.2');
  });

  it('reads a long-form VR whose length was written where the reserved bytes are', () => {
    const ds = readDataSet(Buffer.concat([el(0x00101081, 'UT', 'abcd'), AFTER]), EXPLICIT_LE);
    expect([text(ds, 0x00101081), text(ds, 0x0020000d)]).toEqual(['abcd', '1.2']);
  });

  it('keeps the first of two elements with one tag', () => {
    const ds = readDataSet(Buffer.concat([ID, el(0x00100020, 'LO', 'XX')]), EXPLICIT_LE);
    expect(text(ds, 0x00100020)).toBe('ID');
  });

  it('ignores padding and garbage behind the pixel data', () => {
    const pixels = long(0x7fe00010, 'OB', Buffer.alloc(4));
    const tails = [
      Buffer.alloc(5),
      Buffer.alloc(64),
      Buffer.alloc(9, 0xff),
      long(0xfffcfffc, 'OB', Buffer.alloc(2), 200),
      el(0x00100020, 'LO', 'XX', 5000),
    ];
    for (const tail of tails) {
      const ds = readDataSet(Buffer.concat([ID, pixels, tail]), EXPLICIT_LE);
      expect(text(ds, 0x00100020)).toBe('ID');
      expect(ds.endOffset).toBe(ID.length + pixels.length);
    }
  });

  it('reads a last sequence that claims more than there is when its items are whole', () => {
    const ds = readDataSet(Buffer.concat([ID, long(0x00400275, 'SQ', item(AFTER, AFTER.length + 4), 40)]), EXPLICIT_LE);
    expect(text(itemsOf(ds, 0x00400275)[0] ?? ds, 0x0020000d)).toBe('1.2');
  });

  it('accepts stray and forgotten delimiters', () => {
    const stray = Buffer.concat([ID, ITEM_END, SEQUENCE_END, AFTER]);
    expect(text(readDataSet(stray, EXPLICIT_LE), 0x0020000d)).toBe('1.2');
    const forgotten = Buffer.concat([
      long(0x00081140, 'SQ', Buffer.alloc(0), UNDEFINED),
      item(ID, UNDEFINED),
      item(ID, UNDEFINED),
      SEQUENCE_END,
      AFTER,
    ]);
    const ds = readDataSet(forgotten, EXPLICIT_LE);
    expect(itemsOf(ds, 0x00081140).length).toBe(2);
    expect(text(ds, 0x0020000d)).toBe('1.2');
  });

  it('takes US or SS from Pixel Representation, around the item too', () => {
    const signed = Buffer.concat([
      raw(0x00280103, Buffer.from([1, 0])),
      raw(0x00280106, Buffer.from([0xff, 0xff])),
      raw(0x00283010, item(raw(0x00283002, Buffer.from([0xfe, 0xff])))),
    ]);
    const ds = readDataSet(signed, IMPLICIT_LE);
    expect(number(ds, 0x00280106)).toBe(-1);
    expect(number(itemsOf(ds, 0x00283010)[0] ?? ds, 0x00283002)).toBe(-2);
    expect(number(readDataSet(raw(0x00280106, Buffer.from([0xff, 0xff])), IMPLICIT_LE), 0x00280106)).toBe(65535);
  });

  it('lets items inherit the character set and have their own', () => {
    const name = Buffer.from('홍', 'utf8');
    const items = [
      item(el(0x00100010, 'PN', name)),
      item(Buffer.concat([el(0x00080005, 'CS', 'ISO_IR 100'), el(0x00100010, 'PN', '\xfc')])),
    ];
    const bytes = Buffer.concat([el(0x00080005, 'CS', 'ISO_IR 192'), long(0x00081140, 'SQ', Buffer.concat(items))]);
    const found = itemsOf(readDataSet(bytes, EXPLICIT_LE), 0x00081140);
    expect(found.map((one) => text(one, 0x00100010))).toEqual(['홍', 'ü']);
  });
});

describe('values', () => {
  it('splits and trims texts, and keeps backslashes in long texts', () => {
    const ds = readDataSet(
      Buffer.concat([el(0x00080008, 'CS', 'A\\ B \\'), el(0x00104000, 'LT', ' a\\b  ')]),
      EXPLICIT_LE,
    );
    expect(texts(ds, 0x00080008)).toEqual(['A', 'B', '']);
    expect(texts(ds, 0x00104000)).toEqual([' a\\b']);
  });

  it('answers nothing for what is absent, empty or of another kind', () => {
    const ds = readDataSet(
      Buffer.concat([el(0x00080008, 'CS', '  '), long(0x00081140, 'SQ', Buffer.alloc(0))]),
      EXPLICIT_LE,
    );
    expect([texts(ds, 0x00080008), texts(ds, 0x00081140), texts(ds, 0x00100010)]).toEqual([[], [], []]);
    expect([text(ds, 0x00080008), number(ds, 0x00080008), bytesOf(ds, 0x00100010)]).toEqual(['', undefined, undefined]);
  });

  it('reads numbers of IS and DS strictly', () => {
    const ds = readDataSet(el(0x00180050, 'DS', '1.5\\ 2e1\\0x10\\1,5\\\\-.5'), EXPLICIT_LE);
    expect(numbers(ds, 0x00180050)).toEqual([1.5, 20, -0.5]);
  });

  it('leaves out a number that is cut', () => {
    const ds = readDataSet(el(0x00280010, 'US', Buffer.from([1, 0, 2])), EXPLICIT_LE);
    expect(numbers(ds, 0x00280010)).toEqual([1]);
  });
});
