import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type DicomJson, type DicomJsonElement, toDicomJson } from '../../src/dicom/dicom-json.ts';
import { encodeFileMeta, readPart10Head } from '../../src/dicom/part10.ts';
import { readDataSet } from '../../src/dicom/read-data-set.ts';
import { transferSyntax } from '../../src/dicom/transfer-syntaxes.ts';
import { dcmtkTool } from '../support/dcmtk.ts';
import { freshFolder } from '../support/folders.ts';
import { type SharedFile, sharedFiles, sharedPath } from '../support/shared-dicom.ts';

/**
 * Where DCMTK differs and is not followed:
 * - FL and FD: it prints 9 or 16 digits, we print what reads back as the same double.
 * - It knows private dictionaries, so that private elements in implicit VR have a VR there.
 * - Specific Character Set in items: it leaves them unconverted in sequences.
 * - Public elements written as UN stay UN there; we know their VR.
 * - It pads values of odd length, and gives an empty Specific Character Set the value ISO_IR 192.
 * - A damaged label (`ISO 2022 IR 149` alone, missing escape sequences) makes it give up.
 */
const NOT_COMPARED = new Set([
  'odd/3gb-bulk-data-truncated.dcm', // FL with a value of gigabytes
  'charset/chrSQEncoding.dcm', // items in another character set
  'odd/nested_priv_SQ.dcm', // odd length
  'odd/meta_missing_tsyntax.dcm', // odd length
  'odd/empty_charset_LEI.dcm',
  'gen/deep-nesting-2000.dcm',
]);

const tool = dcmtkTool('dcm2json');
const files = tool === undefined ? undefined : sharedFiles();

/** One file of each folder and encoding, and all odd ones: DCMTK needs a process for each. */
function chosen(all: readonly SharedFile[]): SharedFile[] {
  const seen = new Set<string>();
  return all.filter(({ file, ts, bytes, preamble }) => {
    if (NOT_COMPARED.has(file) || !ts || !preamble || transferSyntax(ts)?.deflated || bytes > 1 << 21) return false;
    const folder = file.split('/')[0] ?? '';
    const kind = ['odd', 'charset', 'sr'].includes(folder)
      ? file
      : `${folder} ${transferSyntax(ts)?.encapsulated || ts}`;
    return !seen.has(kind) && seen.add(kind);
  });
}

/** Ours, and the path of a copy without Pixel Data, which DCMTK cannot put into JSON when it is compressed. */
function read(file: SharedFile, folder: string): { json: DicomJson; path: string } {
  const bytes = readFileSync(sharedPath(file.file));
  const head = readPart10Head(bytes);
  const uid = head?.transferSyntaxUid ?? '';
  const source = bytes.subarray(head?.dataSetOffset);
  const ds = readDataSet(source, uid, { stopBefore: 0x7fe00010, headOnly: true });
  const meta = { sopClassUid: '1.2', sopInstanceUid: '1.2', transferSyntaxUid: uid };
  const path = join(folder, file.file.replaceAll('/', '_'));
  writeFileSync(path, Buffer.concat([encodeFileMeta(meta), source.subarray(0, ds.endOffset)]));
  delete ds.stoppedAt;
  return { json: toDicomJson(ds, { inlineLimit: 1e9 }), path };
}

/** The JSON in the form in which both sides must be equal; `unknown` are the paths that DCMTK leaves as UN. */
function comparable(json: DicomJson, unknown: ReadonlySet<string>, path = ''): unknown {
  const names = Object.keys(json).sort();
  return Object.fromEntries(names.map((hex) => [hex, comparableElement(hex, json[hex], unknown, path + hex)]));
}

function comparableElement(
  hex: string,
  element: DicomJsonElement | undefined,
  unknown: ReadonlySet<string>,
  path: string,
): unknown {
  const { vr = '', Value } = element ?? {};
  const isPrivate = Number.parseInt(hex.slice(0, 4), 16) % 2 === 1 && vr !== 'SQ';
  if (isPrivate || unknown.has(path) || hex === '00080005' || hex === '7FE00010') return 'not compared';
  if (vr === 'SQ') return Value?.map((item, index) => comparable(item as DicomJson, unknown, `${path}/${index}/`));
  if (vr === 'FL') return { vr, Value: Value?.map((value) => Math.fround(Number(value))) };
  if (vr === 'FD') return { vr, Value: Value?.map((value) => Number(Number(value).toPrecision(12))) };
  return element;
}

function pathsOfUn(json: DicomJson, path = ''): string[] {
  return Object.entries(json).flatMap(([hex, { vr, Value }]) => {
    if (vr === 'UN') return [path + hex];
    if (vr !== 'SQ') return [];
    return (Value ?? []).flatMap((item, index) => pathsOfUn(item as DicomJson, `${path}${hex}/${index}/`));
  });
}

describe.skipIf(files === undefined)('DICOM JSON beside that of DCMTK', () => {
  const folder = freshFolder();

  it.concurrent.each(chosen(files ?? []))('is the same for $file', async (file) => {
    const { json, path } = read(file, folder);
    const options = { maxBuffer: 1 << 26 };
    const answer = await promisify(execFile)(tool ?? '', ['-fc', '-ee', path], options).catch((error) => error);
    if (answer.code) {
      // DCMTK knows fewer character sets than devices write; everything else it must have read.
      expect(answer.stderr).toMatch(/character set|charset/i);
      return;
    }
    const theirs = JSON.parse(answer.stdout) as DicomJson;
    const unknown = new Set(pathsOfUn(theirs));
    expect(comparable(json, unknown)).toEqual(comparable(theirs, unknown));
  });
});
