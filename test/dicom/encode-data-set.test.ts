import { describe, expect, it } from 'vitest';
import { DataSetError, text, texts } from '../../src/dicom/data-set.ts';
import type { DicomJson } from '../../src/dicom/dicom-json.ts';
import { encodeDataSet } from '../../src/dicom/encode-data-set.ts';
import { readDataSet } from '../../src/dicom/read-data-set.ts';
import { EXPLICIT_BE, EXPLICIT_LE, IMPLICIT_LE } from '../../src/dicom/transfer-syntaxes.ts';

const NAME: DicomJson = { '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Hong', Phonetic: '홍' }] } };

describe('encoding a data set', () => {
  it('writes exactly the bytes of PS3.5 section 7.1', () => {
    const json: DicomJson = { '00280010': { vr: 'US', Value: [258] }, '00100020': { vr: 'LO', Value: ['ABC'] } };
    const hex = (uid: string) => encodeDataSet(json, uid, []).toString('hex');
    expect(hex(IMPLICIT_LE)).toBe('1000200004000000414243202800100002000000' + '0201');
    expect(hex(EXPLICIT_LE)).toBe('100020004c4f04004142432028001000555302000201');
    expect(hex(EXPLICIT_BE)).toBe('001000204c4f00044142432000280010555300020102');
  });

  it('writes sequences and items of defined length', () => {
    const json: DicomJson = { '00081140': { vr: 'SQ', Value: [{ '00081155': { vr: 'UI', Value: ['1.2'] } }, {}] } };
    expect(encodeDataSet(json, EXPLICIT_LE, []).toString('hex')).toBe(
      [
        '08004011',
        '53510000',
        '1c000000',
        'feff00e00c000000',
        '08005511',
        '55490400',
        '312e3200',
        'feff00e000000000',
      ].join(''),
    );
  });

  it('sorts tags as numbers and leaves out group lengths and what is no tag', () => {
    const json: DicomJson = {
      '52009230': { vr: 'SQ' },
      '00080000': { vr: 'UL', Value: [4] },
      '7FE00010': { vr: 'OB', InlineBinary: 'AA==' },
      '00080018': { vr: 'UI', Value: ['1.2'] },
      nonsense: { vr: 'LO', Value: ['x'] },
    };
    const ds = readDataSet(encodeDataSet(json, EXPLICIT_LE, []), EXPLICIT_LE);
    expect([...ds.elements.keys()]).toEqual([0x00080018, 0x52009230, 0x7fe00010]);
  });

  it('writes Specific Character Set from what it is given, never from the JSON', () => {
    const json: DicomJson = { ...NAME, '00080005': { vr: 'CS', Value: ['ISO_IR 100'] } };
    const charsetOf = (charset: readonly string[]) =>
      texts(readDataSet(encodeDataSet(json, EXPLICIT_LE, charset), EXPLICIT_LE), 0x00080005);
    expect(charsetOf(['ISO_IR 192'])).toEqual(['ISO_IR 192']);
    expect(charsetOf(['', 'ISO 2022 IR 149'])).toEqual(['', 'ISO 2022 IR 149']);
    expect(charsetOf(['ISO 2022 IR 149'])).toEqual(['', 'ISO 2022 IR 149']);
    expect(charsetOf([])).toEqual([]);
  });

  it('writes names in the character set that it is given', () => {
    for (const charset of [['ISO_IR 192'], ['', 'ISO 2022 IR 149'], ['ISO 2022 IR 149']]) {
      expect(text(readDataSet(encodeDataSet(NAME, IMPLICIT_LE, charset), IMPLICIT_LE), 0x00100010)).toBe('Hong==홍');
    }
    expect(text(readDataSet(encodeDataSet(NAME, EXPLICIT_LE, []), EXPLICIT_LE), 0x00100010)).toBe('Hong==?');
  });

  it('takes names as text too', () => {
    const json: DicomJson = { '00100010': { vr: 'PN', Value: ['Kim^A'] } };
    expect(text(readDataSet(encodeDataSet(json, EXPLICIT_LE, []), EXPLICIT_LE), 0x00100010)).toBe('Kim^A');
  });

  it('writes decimal strings of at most 16 characters', () => {
    const json: DicomJson = { '00180050': { vr: 'DS', Value: [1 / 3, -1234567.123456789, 1e-300, 5] } };
    const written = texts(readDataSet(encodeDataSet(json, EXPLICIT_LE, []), EXPLICIT_LE), 0x00180050);
    expect(written.every((value) => value.length <= 16)).toBe(true);
    expect(Number(written[0])).toBeCloseTo(1 / 3, 12);
    expect(written[3]).toBe('5');
  });

  it('refuses what does not fit, and nesting without end', () => {
    const long: DicomJson = { '00100020': { vr: 'LO', Value: ['x'.repeat(70000)] } };
    expect(() => encodeDataSet(long, EXPLICIT_LE, [])).toThrow(DataSetError);
    expect(encodeDataSet(long, IMPLICIT_LE, []).length).toBe(70008);
    const endless: DicomJson = {};
    endless['00081140'] = { vr: 'SQ', Value: [endless] };
    expect(() => encodeDataSet(endless, EXPLICIT_LE, [])).toThrow(DataSetError);
  });
});
