import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText, encodeText } from '../../src/dicom/charset.ts';
import { DataSetError } from '../../src/dicom/data-set.ts';
import { type DicomJson, toDicomJson } from '../../src/dicom/dicom-json.ts';
import { encodeDataSet } from '../../src/dicom/encode-data-set.ts';
import { inflateHead } from '../../src/dicom/inflate.ts';
import { decodeTextLeniently } from '../../src/dicom/lenient-text.ts';
import { parseDateRange, parseTimeRange } from '../../src/dicom/matching.ts';
import { guessTransferSyntax, readPart10Head } from '../../src/dicom/part10.ts';
import { readDataSet } from '../../src/dicom/read-data-set.ts';
import { EXPLICIT_BE, EXPLICIT_LE, IMPLICIT_LE } from '../../src/dicom/transfer-syntaxes.ts';
import { sharedFiles, sharedPath } from '../support/shared-dicom.ts';
import { makeInstance } from '../support/synthetic.ts';

const SYNTAXES = [IMPLICIT_LE, EXPLICIT_LE, EXPLICIT_BE, '1.2.840.10008.1.2.4.50'];
const CHARSETS = [
  [],
  ['ISO_IR 100'],
  ['ISO_IR 192'],
  ['', 'ISO 2022 IR 149'],
  ['ISO 2022 IR 13', 'ISO 2022 IR 87'],
  ['GB18030'],
];

/** Reads in every way; nothing but DataSetError may come out. */
function readEveryWay(bytes: Buffer, uid: string): void {
  for (const options of [{}, { headOnly: true }, { headOnly: true, stopBefore: 0x7fe00010 }]) {
    try {
      JSON.stringify(toDicomJson(readDataSet(bytes, uid, options), { bulkDataUri: (path) => path }));
    } catch (error) {
      if (!(error instanceof DataSetError)) throw error;
    }
  }
}

describe('hostile bytes', () => {
  it('random bytes never do more than raise a DataSetError', () => {
    const property = fc.property(fc.uint8Array({ maxLength: 400 }), fc.constantFrom(...SYNTAXES), (bytes, uid) => {
      readEveryWay(Buffer.from(bytes), uid);
    });
    fc.assert(property, { numRuns: 1000 });
  });

  it('random tags, VRs and lengths never do more than raise a DataSetError', () => {
    const tag = fc.constantFrom(
      0x00080005,
      0x00081140,
      0x00100010,
      0x00280106,
      0x7fe00010,
      0xfffee000,
      0xfffee00d,
      0xfffee0dd,
      0x00091001,
    );
    const vr = fc.constantFrom('SQ', 'UN', 'OB', 'OW', 'LO', 'US', 'PN', '\0\0', 'ZZ', '??');
    const length = fc.oneof(fc.constantFrom(0, 4, 8, 0xffffffff, 0xfffffffe, 0x7fffffff), fc.nat(64));
    const element = fc.tuple(tag, vr, length).map(([t, v, l]) => {
      const bytes = Buffer.alloc(12);
      bytes.writeUInt16LE(t >>> 16, 0);
      bytes.writeUInt16LE(t & 0xffff, 2);
      if (t >= 0xfffee000) {
        bytes.writeUInt32LE(l, 4);
        return bytes.subarray(0, 8);
      }
      bytes.write(v, 4, 'latin1');
      bytes.writeUInt32LE(l, 8);
      return bytes;
    });
    const property = fc.property(
      fc.array(element, { maxLength: 60 }),
      fc.constantFrom(...SYNTAXES),
      (elements, uid) => {
        readEveryWay(Buffer.concat(elements), uid);
      },
    );
    fc.assert(property, { numRuns: 2000 });
  });

  it('damaged instances never do more than raise a DataSetError', () => {
    const json = { ReferencedImageSequence: [{ '00081155': { vr: 'UI', Value: ['1.2.3'] } }] };
    const property = fc.property(
      fc.constantFrom(...SYNTAXES),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 }),
      fc.nat(),
      (transferSyntaxUid, changes, cut) => {
        const { file, dataSet } = makeInstance({ transferSyntaxUid, attributes: json });
        for (const [at, value] of changes) {
          file[at % file.length] = value;
          dataSet[at % dataSet.length] = value;
        }
        const head = readPart10Head(file.subarray(0, cut % file.length));
        readEveryWay(file.subarray(head?.dataSetOffset ?? 0), head?.transferSyntaxUid ?? transferSyntaxUid);
        readEveryWay(dataSet, transferSyntaxUid);
        guessTransferSyntax(dataSet);
      },
    );
    fc.assert(property, { numRuns: 500 });
  });

  const files = sharedFiles()?.filter(({ bytes }) => bytes < 1 << 16);
  it.skipIf(files === undefined)('damaged real files never do more than raise a DataSetError', () => {
    const sources = (files ?? [])
      .filter((_, index) => index % 4 === 0)
      .map(({ file }) => readFileSync(sharedPath(file)));
    const property = fc.property(
      fc.constantFrom(...sources),
      fc.array(fc.tuple(fc.nat(4095), fc.constantFrom(0, 1, 0x7f, 0xff, 0xfe, 0x53, 0x51)), {
        minLength: 1,
        maxLength: 12,
      }),
      (original, changes) => {
        const bytes = Buffer.from(original);
        for (const [at, value] of changes) if (bytes.length > 400) bytes[132 + (at % (bytes.length - 132))] = value;
        const head = readPart10Head(bytes);
        readEveryWay(bytes.subarray(head?.dataSetOffset ?? 0), head?.transferSyntaxUid ?? EXPLICIT_LE);
      },
    );
    fc.assert(property, { numRuns: 400 });
  });

  it('long runs of the same few bytes neither hang nor crash', () => {
    const patterns = [
      '0000',
      'ffff',
      'feff00e0',
      'feff0de000000000',
      '00000000000000ff',
      '0800 4011 5351 0000',
      'feff00e0 00000000',
    ];
    for (const pattern of patterns) {
      const bytes = Buffer.alloc(1 << 20, Buffer.from(pattern.replaceAll(' ', ''), 'hex'));
      bytes[bytes.length - 1] = 1;
      for (const uid of SYNTAXES) readEveryWay(bytes, uid);
    }
  });

  it('random bytes inflate to nothing worse than a DataSetError', () => {
    const property = fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      try {
        expect(inflateHead(bytes, 1000).length).toBeLessThanOrEqual(1000);
      } catch (error) {
        if (!(error instanceof DataSetError)) throw error;
      }
    });
    fc.assert(property, { numRuns: 300 });
  });

  it('text of any bytes under any label decodes without escape characters', () => {
    const byte = fc.oneof(fc.nat(255), fc.constantFrom(0x1b, 0x24, 0x28, 0x29, 0x42, 0x43, 0x5c, 0x5e, 0x3d, 0x0a));
    const label = fc.oneof(fc.constantFrom(...CHARSETS), fc.array(fc.string({ maxLength: 16 }), { maxLength: 3 }));
    const property = fc.property(
      fc.array(byte, { maxLength: 60 }),
      label,
      fc.constantFrom('PN', 'LO', 'UT', 'CS'),
      (bytes, charset, vr) => {
        expect(decodeText(Uint8Array.from(bytes), charset, vr)).not.toContain('\x1b');
        decodeTextLeniently(Uint8Array.from(bytes), charset, vr);
      },
    );
    fc.assert(property, { numRuns: 2000 });
  });

  it('ranges of any text are parsed or refused', () => {
    const property = fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9:.-]{0,20}$/)), (text) => {
      for (const range of [parseDateRange(text), parseTimeRange(text)]) {
        if (range?.from !== undefined) expect(range.from).toMatch(/^\d{8}$|^\d{6}\.\d{6}$/);
      }
    });
    fc.assert(property, { numRuns: 500 });
  });
});

describe('what is written is read back', () => {
  const plain = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9 .]{0,18}[A-Za-z0-9]$/);
  const hangul = fc.string({
    unit: fc.constantFrom(...'가나다라마바사아자차카타파하홍길동김이박최'),
    minLength: 1,
    maxLength: 6,
  });
  const word = fc.oneof(plain, hangul);
  const texts = (vr: string) => fc.array(word, { minLength: 1, maxLength: 3 }).map((Value) => ({ vr, Value }));
  const name = fc
    .record({ Alphabetic: plain, Ideographic: hangul, Phonetic: hangul }, { requiredKeys: ['Alphabetic'] })
    .map((value) => ({ vr: 'PN', Value: [value] }));
  const integers = (vr: string, min: number, max: number) =>
    fc.array(fc.integer({ min, max }), { minLength: 1, maxLength: 4 }).map((Value) => ({ vr, Value }));
  const binary = (vr: string) =>
    fc.uint8Array({ minLength: 1, maxLength: 8 }).map((bytes) => {
      const whole = Buffer.concat([bytes, bytes, bytes, bytes, bytes, bytes, bytes, bytes]);
      return { vr, InlineBinary: whole.toString('base64') };
    });
  const simple = {
    '00100010': name,
    '00081030': texts('LO'),
    '00080008': fc
      .array(
        plain.map((text) => text.toUpperCase()),
        { minLength: 1, maxLength: 3 },
      )
      .map((Value) => ({ vr: 'CS', Value })),
    '00280010': integers('US', 0, 65535),
    '0028106F': integers('SS', -32768, 32767),
    '00186060': fc
      .array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 })
      .map((Value) => ({ vr: 'FL', Value: Value.map((x) => x + 0) })),
    '0018602C': fc
      .array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 })
      .map((Value) => ({ vr: 'FD', Value: Value.map((x) => x + 0) })),
    '00186020': integers('SL', -(2 ** 31), 2 ** 31 - 1),
    '00200013': integers('IS', -99999, 99999),
    '00181622': fc
      .array(
        fc.integer({ min: -9999, max: 9999 }).map((x) => x / 8),
        { minLength: 1 },
      )
      .map((Value) => ({ vr: 'DS', Value })),
    '00281199': fc.constant({ vr: 'UI' }),
    '00281201': binary('OW'),
    '00720052': fc.constant({ vr: 'AT', Value: ['00100010', '7FE00010'] }),
    '00664131': binary('OV'),
  };
  const level = (items: fc.Arbitrary<DicomJson>): fc.Arbitrary<DicomJson> =>
    fc.record(
      { ...simple, '00081140': fc.array(items, { minLength: 1, maxLength: 2 }).map((Value) => ({ vr: 'SQ', Value })) },
      { requiredKeys: [] },
    ) as fc.Arbitrary<DicomJson>;
  const flat = fc.record(simple, { requiredKeys: [] }) as fc.Arbitrary<DicomJson>;
  const anyDataSet = level(level(flat));

  it.each([EXPLICIT_LE, EXPLICIT_BE])('as the same DICOM JSON, in %s', (uid) => {
    const property = fc.property(anyDataSet, (json) => {
      const bytes = encodeDataSet(json, uid, ['ISO_IR 192']);
      expect(bytes.length % 2).toBe(0);
      const expected = { ...json, '00080005': { vr: 'CS', Value: ['ISO_IR 192'] } };
      expect(normal(toDicomJson(readDataSet(bytes, uid), {}))).toEqual(normal(expected));
    });
    fc.assert(property, { numRuns: 300 });
  });

  it('as text, whenever the encoder says that nothing was lost', () => {
    const property = fc.property(fc.string({ unit: 'binary' }), fc.constantFrom(...CHARSETS), (text, charset) => {
      const { bytes, lossless } = encodeText(text, charset, 'PN');
      if (lossless) expect(decodeText(bytes, charset, 'PN')).toBe(text);
    });
    fc.assert(property, { numRuns: 500 });
  });

  /** -0 and 0 are one number in JSON. */
  function normal(json: DicomJson): unknown {
    return JSON.parse(JSON.stringify(json));
  }
});
