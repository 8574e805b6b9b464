import { describe, expect, it } from 'vitest';
import { type DicomJson, stringifyDicomJson, toDicomJson } from '../../src/dicom/dicom-json.ts';
import { encodeDataSet } from '../../src/dicom/encode-data-set.ts';
import { readDataSet } from '../../src/dicom/read-data-set.ts';
import { EXPLICIT_BE, EXPLICIT_LE } from '../../src/dicom/transfer-syntaxes.ts';
import { makeInstance } from '../support/synthetic.ts';

/** Writes and reads, then JSON again. */
function through(json: DicomJson, options = {}, uid = EXPLICIT_LE): DicomJson {
  return toDicomJson(readDataSet(encodeDataSet(json, uid, ['ISO_IR 192']), uid), options);
}

describe('DICOM JSON', () => {
  it('holds names by component groups and leaves out empty ones', () => {
    const { dataSet } = makeInstance({ charset: ['', 'ISO 2022 IR 149'], patientName: 'Hong^Gildong==홍^길동' });
    const json = toDicomJson(readDataSet(dataSet, EXPLICIT_LE), {});
    expect(json['00100010']).toEqual({ vr: 'PN', Value: [{ Alphabetic: 'Hong^Gildong', Phonetic: '홍^길동' }] });
    expect(json['00080005']).toEqual({ vr: 'CS', Value: ['ISO_IR 192'] });
  });

  it('has numbers for IS and DS, and the text where it is no number', () => {
    const json = { '00200013': { vr: 'IS', Value: ['12'] }, '00180050': { vr: 'DS', Value: ['1.50', '1,5', '-2e1'] } };
    expect(through(json)).toMatchObject({
      '00200013': { vr: 'IS', Value: [12] },
      '00180050': { vr: 'DS', Value: [1.5, '1,5', -20] },
    });
  });

  it('has null for empty values among others and no Value for an element without any', () => {
    const json = through({
      '00080008': { vr: 'CS', Value: ['A', null, 'B'] },
      '00180050': { vr: 'DS', Value: [1, null] },
      '00100020': { vr: 'LO' },
      '00081140': { vr: 'SQ' },
      '00081115': { vr: 'SQ', Value: [{}] },
    });
    expect(json).toMatchObject({ '00080008': { Value: ['A', null, 'B'] }, '00180050': { Value: [1, null] } });
    expect([json['00100020'], json['00081140'], json['00081115']]).toEqual([
      { vr: 'LO' },
      { vr: 'SQ' },
      { vr: 'SQ', Value: [{}] },
    ]);
  });

  it('has tags as eight digits, and numbers that JSON cannot hold as text', () => {
    const json = {
      '00080040': { vr: 'AT', Value: ['00100010'] },
      '00189073': { vr: 'FD', Value: [0.1, Number.NaN, Number.POSITIVE_INFINITY] },
      '0008040C': { vr: 'UV', Value: ['18446744073709551615', 5] },
    };
    expect(through(json)).toMatchObject({
      '00080040': { Value: ['00100010'] },
      '00189073': { Value: [0.1, 'NaN', 'Infinity'] },
      '0008040C': { Value: ['18446744073709551615', 5] },
    });
  });

  it('keeps a backslash in long texts and splits short ones', () => {
    const json = { '00104000': { vr: 'LT', Value: ['a\\b'] }, '00081030': { vr: 'LO', Value: ['a', 'b'] } };
    expect(through(json)).toMatchObject(json);
  });

  it('puts small binary values inline in little endian, whatever the data set', () => {
    const json = { '00281201': { vr: 'OW', InlineBinary: Buffer.from([1, 2, 3, 4]).toString('base64') } };
    for (const uid of [EXPLICIT_LE, EXPLICIT_BE]) expect(through(json, {}, uid)).toMatchObject(json);
  });

  it('refers to large binary values and to pixel data by their path, items counted from 1', () => {
    const large = { vr: 'OW', InlineBinary: Buffer.alloc(2000).toString('base64') };
    const pixels = { vr: 'OB', InlineBinary: 'AAA=' };
    const json = through(
      { '00281201': large, '7FE00010': pixels, '00081140': { vr: 'SQ', Value: [{}, { '00281201': large }] } },
      { bulkDataUri: (path: string) => `/bulk/${path}` },
    );
    expect(json['00281201']).toEqual({ vr: 'OW', BulkDataURI: '/bulk/00281201' });
    expect(json['7FE00010']).toEqual({ vr: 'OB', BulkDataURI: '/bulk/7FE00010' });
    expect(json['00081140']?.Value?.[1]).toEqual({
      '00281201': { vr: 'OW', BulkDataURI: '/bulk/00081140/2/00281201' },
    });
  });

  it('leaves large values out when nobody says where they are', () => {
    expect(through({ '7FE00010': { vr: 'OB', InlineBinary: 'AAA=' } })['7FE00010']).toEqual({ vr: 'OB' });
  });

  it('names pixel data that was not read, compressed or not', () => {
    for (const transferSyntaxUid of [EXPLICIT_LE, '1.2.840.10008.1.2.4.50']) {
      const { dataSet } = makeInstance({ transferSyntaxUid });
      const ds = readDataSet(dataSet, transferSyntaxUid, { stopBefore: 0x7fe00010 });
      expect(toDicomJson(ds, { bulkDataUri: (path) => path })['7FE00010']).toEqual({
        vr: 'OB',
        BulkDataURI: '7FE00010',
      });
    }
  });

  it('has no group lengths', () => {
    const bytes = Buffer.from('0800000055 4c0400 10000000'.replaceAll(' ', ''), 'hex');
    expect(toDicomJson(readDataSet(bytes, EXPLICIT_LE), {})).toEqual({});
  });

  it('is written as text in ascending order, where JavaScript would put numbers first', () => {
    const json: DicomJson = {
      '52009230': { vr: 'SQ', Value: [{ '54000100': { vr: 'SQ' }, '00080018': { vr: 'UI', Value: ['1.2'] } }] },
      '0020000D': { vr: 'UI' },
      '00080005': { vr: 'CS' },
    };
    const text = stringifyDicomJson(json);
    expect(JSON.parse(text)).toEqual(json);
    const order = ['00080005', '0020000D', '52009230', '00080018', '54000100'].map((hex) => text.indexOf(`"${hex}"`));
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });
});
