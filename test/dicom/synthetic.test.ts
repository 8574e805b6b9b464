import { describe, expect, it } from 'vitest';
import { number, text, texts } from '../../src/dicom/data-set.ts';
import { inflateDataSet } from '../../src/dicom/inflate.ts';
import { readPart10Head } from '../../src/dicom/part10.ts';
import { readDataSet } from '../../src/dicom/read-data-set.ts';
import {
  DEFLATED_LE,
  EXPLICIT_BE,
  EXPLICIT_LE,
  IMPLICIT_LE,
  transferSyntax,
} from '../../src/dicom/transfer-syntaxes.ts';
import { makeInstance, makeStudy } from '../support/synthetic.ts';

describe('synthetic instances', () => {
  it.each([IMPLICIT_LE, EXPLICIT_LE, EXPLICIT_BE, DEFLATED_LE, '1.2.840.10008.1.2.4.70', '1.2.840.10008.1.2.1.98'])(
    'are what was ordered, in %s',
    (transferSyntaxUid) => {
      const made = makeInstance({
        transferSyntaxUid,
        patientName: '홍^길동',
        rows: 3,
        columns: 5,
        frames: 2,
        bits: 16,
      });
      const head = readPart10Head(made.file);
      expect(head).toMatchObject({
        transferSyntaxUid,
        sopInstanceUid: made.sopInstanceUid,
        sopClassUid: made.sopClassUid,
      });
      expect(made.file.subarray(head?.dataSetOffset).equals(made.dataSet)).toBe(true);
      const plain = transferSyntax(transferSyntaxUid)?.deflated ? inflateDataSet(made.dataSet, 1 << 20) : made.dataSet;
      const ds = readDataSet(plain, transferSyntaxUid);
      expect([text(ds, 0x00100010), number(ds, 0x00280010), number(ds, 0x00280008)]).toEqual(['홍^길동', 3, 2]);
      expect(text(ds, 0x0020000d)).toBe(made.studyInstanceUid);
      expect(ds.elements.has(0x7fe00010)).toBe(true);
      expect(ds.endOffset).toBe(plain.length);
    },
  );

  it('take other attributes, any size of pixel data, and none', () => {
    const attributes = {
      BodyPartExamined: 'CHEST',
      ImageType: ['ORIGINAL', 'PRIMARY'],
      '00091001': { vr: 'UN', InlineBinary: 'AAA=' },
    };
    const ds = readDataSet(makeInstance({ pixelBytes: 1000, attributes }).dataSet, EXPLICIT_LE);
    expect([text(ds, 0x00180015), texts(ds, 0x00080008)]).toEqual(['CHEST', ['ORIGINAL', 'PRIMARY']]);
    expect(ds.elements.get(0x7fe00010)?.length).toBe(1000);
    expect(readDataSet(makeInstance({ pixelBytes: 0 }).dataSet, EXPLICIT_LE).elements.has(0x7fe00010)).toBe(false);
  });

  it('make studies whose instances differ', () => {
    const study = makeStudy(2, 3);
    expect(new Set(study.map((one) => one.studyInstanceUid)).size).toBe(1);
    expect(new Set(study.map((one) => one.seriesInstanceUid)).size).toBe(2);
    expect(new Set(study.map((one) => one.sha256)).size).toBe(6);
  });
});
