import { describe, expect, it } from 'vitest';
import { text } from '../../src/dicom/data-set.ts';
import {
  encodeFileMeta,
  guessTransferSyntax,
  IMPLEMENTATION_CLASS_UID,
  readPart10Head,
} from '../../src/dicom/part10.ts';
import { readDataSet } from '../../src/dicom/read-data-set.ts';
import { EXPLICIT_BE, EXPLICIT_LE, IMPLICIT_LE } from '../../src/dicom/transfer-syntaxes.ts';
import { isUid } from '../../src/dicom/uid.ts';
import { makeInstance } from '../support/synthetic.ts';

const UIDS = { sopClassUid: '1.2.3', sopInstanceUid: '1.2.34', transferSyntaxUid: EXPLICIT_LE };

describe('the head of a Part 10 file', () => {
  it('is read back as it was written', () => {
    const bytes = Buffer.from([1, 2, 3, 4]);
    const meta = encodeFileMeta({ ...UIDS, privateInformation: { creatorUid: '1.2.5', bytes } });
    expect(meta.subarray(0, 132)).toEqual(Buffer.concat([Buffer.alloc(128), Buffer.from('DICM')]));
    expect(readPart10Head(meta)).toEqual({ ...UIDS, dataSetOffset: meta.length, privateInformation: bytes });
  });

  it('has a group length that counts the group, and our implementation', () => {
    const meta = encodeFileMeta(UIDS);
    const group = readDataSet(meta.subarray(132), EXPLICIT_LE);
    expect(meta.readUInt32LE(140)).toBe(meta.length - 144);
    expect(text(group, 0x00020012)).toBe(IMPLEMENTATION_CLASS_UID);
    expect(text(group, 0x00020013)).toBe('CLINICPACS_1');
    expect(isUid(IMPLEMENTATION_CLASS_UID)).toBe(true);
  });

  it('pads private information of odd length', () => {
    const meta = encodeFileMeta({ ...UIDS, privateInformation: { creatorUid: '1.2.5', bytes: Buffer.from('odd') } });
    expect(readPart10Head(meta)?.privateInformation).toEqual(Buffer.from('odd\0'));
  });

  it('is read without preamble, without DICM, and with a wrong group length', () => {
    const { file, dataSet } = makeInstance();
    const expected = { transferSyntaxUid: EXPLICIT_LE };
    for (const start of [128, 132]) {
      const head = readPart10Head(file.subarray(start));
      expect(head).toMatchObject({ ...expected, dataSetOffset: file.length - dataSet.length - start });
    }
    file.writeUInt32LE(7, 140);
    expect(readPart10Head(file)).toMatchObject({ ...expected, dataSetOffset: file.length - dataSet.length });
  });

  it('has its Transfer Syntax guessed when it names none', () => {
    for (const uid of [IMPLICIT_LE, EXPLICIT_LE, EXPLICIT_BE]) {
      const { dataSet } = makeInstance({ transferSyntaxUid: uid });
      const meta = encodeFileMeta({ ...UIDS, transferSyntaxUid: '' });
      expect(readPart10Head(Buffer.concat([meta, dataSet]))?.transferSyntaxUid).toBe(uid);
    }
  });

  it('is undefined when it is cut at any place', () => {
    const { file, dataSet } = makeInstance();
    const metaEnd = file.length - dataSet.length;
    const last = metaEnd - 20; // within the last element, the implementation's version
    for (let size = 133; size < last; size++) {
      const head = readPart10Head(file.subarray(0, size));
      if (head !== undefined) expect(head.dataSetOffset).toBeLessThanOrEqual(size);
    }
    expect(readPart10Head(file.subarray(0, 200))).toBeUndefined();
  });

  it('is undefined for a bare data set, even one that has DICM in the place of the magic', () => {
    const { dataSet } = makeInstance();
    expect(readPart10Head(dataSet)).toBeUndefined();
    Buffer.from('DICM').copy(dataSet, 128);
    expect(readPart10Head(dataSet)).toBeUndefined();
    expect(readPart10Head(Buffer.from('no DICOM at all'))).toBeUndefined();
    expect(readPart10Head(Buffer.alloc(0))).toBeUndefined();
  });
});

describe('DICM at the end of a value of a bare data set, before its next element', () => {
  it.each([IMPLICIT_LE, EXPLICIT_LE, EXPLICIT_BE])('is no head, in %s', (uid) => {
    const { dataSet } = makeInstance({ transferSyntaxUid: uid });
    const comment = Buffer.alloc(132, ' ');
    // (0008,0000), a value of 124 bytes up to and with DICM.
    comment.writeUInt16LE(8, 0);
    if (uid === EXPLICIT_BE) comment.writeUInt16BE(8, 0);
    comment.writeUInt16LE(0, 2);
    if (uid === IMPLICIT_LE) comment.writeUInt32LE(124, 4);
    else comment.write('LT', 4);
    if (uid === EXPLICIT_LE) comment.writeUInt16LE(124, 6);
    if (uid === EXPLICIT_BE) comment.writeUInt16BE(124, 6);
    comment.write('DICM', 128);
    expect(readPart10Head(Buffer.concat([comment, dataSet]))).toBeUndefined();
  });
});

describe('guessing the Transfer Syntax of a bare data set', () => {
  it.each([IMPLICIT_LE, EXPLICIT_LE, EXPLICIT_BE])('finds %s', (uid) => {
    expect(guessTransferSyntax(makeInstance({ transferSyntaxUid: uid }).dataSet)).toBe(uid);
  });

  it('finds implicit VR in the old form that begins with a group length', () => {
    expect(guessTransferSyntax(Buffer.from('080000000400000010000000', 'hex'))).toBe(IMPLICIT_LE);
  });

  it('is undefined for anything else', () => {
    for (const other of ['', '%PDF-1.7 and more', '\x89PNG\r\n\x1a\n....', 'GIF89a......', '{"00080005":{}}']) {
      expect(guessTransferSyntax(Buffer.from(other, 'latin1'))).toBeUndefined();
    }
  });
});
