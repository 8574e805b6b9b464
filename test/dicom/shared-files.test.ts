import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type DataSet, texts } from '../../src/dicom/data-set.ts';
import { tagOf } from '../../src/dicom/dictionary.ts';
import { inflateHead } from '../../src/dicom/inflate.ts';
import { decodeTextLeniently } from '../../src/dicom/lenient-text.ts';
import { guessTransferSyntax, readPart10Head } from '../../src/dicom/part10.ts';
import { formatPersonName, parsePersonName } from '../../src/dicom/person-name.ts';
import { readDataSet } from '../../src/dicom/read-data-set.ts';
import { transferSyntax } from '../../src/dicom/transfer-syntaxes.ts';
import { type SharedFile, sharedFiles, sharedPath } from '../support/shared-dicom.ts';

const KEYWORDS = [
  'SOPClassUID',
  'SOPInstanceUID',
  'StudyInstanceUID',
  'SeriesInstanceUID',
  'Modality',
  'SpecificCharacterSet',
  'PatientID',
  'AccessionNumber',
  'StudyDate',
  'Rows',
  'Columns',
  'InstanceNumber',
  'NumberOfFrames',
] as const;

/** Files in which no header can be found, by design: junk before the first element, or 2000 nested sequences. */
const UNREADABLE = new Set(['odd/no_meta.dcm', 'gen/deep-nesting-2000.dcm']);
/** The index says nothing, or something else, of what is plainly there. */
const INDEX_IS_SILENT: Record<string, readonly string[]> = {
  'odd/no_preamble_dicm_in_data.dcm': ['SeriesInstanceUID', 'Modality', 'SpecificCharacterSet'],
  'odd/3gb-bulk-data-truncated.dcm': ['Rows', 'Columns'], // two values: the index has them as a list
};
/** Names whose bytes contradict the label: what we read is the true name, the index has what the label says. */
const TRUE_NAME = new Set(['gen/kr-ir149-no-escape.dcm', 'gen/kr-isoir149-misspelt.dcm']);

const files = sharedFiles();

function readHead(file: SharedFile): DataSet {
  const bytes = readFileSync(sharedPath(file.file));
  const head = readPart10Head(bytes);
  const uid = head?.transferSyntaxUid ?? guessTransferSyntax(bytes) ?? '';
  const raw = bytes.subarray(head?.dataSetOffset ?? 0);
  const source = transferSyntax(uid)?.deflated ? inflateHead(raw, 1 << 20) : raw;
  return readDataSet(source, uid, { stopBefore: 0x7fe00010, headOnly: true });
}

function plainName(name: string): string {
  return formatPersonName(parsePersonName(name));
}

describe.skipIf(files === undefined)('real and odd files', () => {
  const readable = (files ?? []).filter(({ file }) => !UNREADABLE.has(file));

  it.each(readable)('reads what is known of $file', (file) => {
    const ds = readHead(file);
    const silent = INDEX_IS_SILENT[file.file] ?? [];
    const known = KEYWORDS.filter((keyword) => !silent.includes(keyword));
    const expected = Object.fromEntries(known.map((keyword) => [keyword, file[keyword] ?? '']));
    const found = Object.fromEntries(known.map((keyword) => [keyword, texts(ds, tagOf(keyword) ?? 0).join('\\')]));
    expect(found).toEqual(expected);
    const name = TRUE_NAME.has(file.file) ? file.true_name : file.PatientName;
    expect(plainName(texts(ds, 0x00100010).join('\\'))).toBe(plainName(name ?? ''));
    if (file.ts) expect(readPart10Head(readFileSync(sharedPath(file.file)))?.transferSyntaxUid).toBe(file.ts);
  });

  it.each(readable.filter((file) => file.true_name))('can guess the true name in $file', (file) => {
    const ds = readHead(file);
    const element = ds.elements.get(0x00100010);
    const bytes = ds.source.subarray(element?.offset, (element?.offset ?? 0) + (element?.length ?? 0));
    const name = decodeTextLeniently(bytes, ds.charset, 'PN').trim();
    expect(name.normalize('NFC')).toBe(file.true_name?.replace(' (NFD)', ''));
  });

  it('reads to the end what DCMTK reads to the end', () => {
    const failed: string[] = [];
    for (const { file, dcmdump } of readable.filter((one) => one.dcmdump === 'ok' && one.bytes < 1 << 20)) {
      const bytes = readFileSync(sharedPath(file));
      const head = readPart10Head(bytes);
      const uid = head?.transferSyntaxUid ?? guessTransferSyntax(bytes) ?? '';
      if (transferSyntax(uid)?.deflated) continue;
      const source = bytes.subarray(head?.dataSetOffset ?? 0);
      if (readDataSet(source, uid).endOffset !== source.length) failed.push(`${file} ${dcmdump}`);
    }
    expect(failed).toEqual([]);
  });
});
