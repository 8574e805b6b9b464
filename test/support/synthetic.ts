/** Small Part 10 instances made to order, so that tests need no files and show no real patient. */
import { createHash } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import type { CharacterSet } from '../../src/dicom/charset.ts';
import type { DicomJson } from '../../src/dicom/dicom-json.ts';
import { hexOf, tagOf, vrOf } from '../../src/dicom/dictionary.ts';
import { encodeDataSet } from '../../src/dicom/encode-data-set.ts';
import { encodeFileMeta } from '../../src/dicom/part10.ts';
import { SOP_CLASS } from '../../src/dicom/sop-classes.ts';
import { EXPLICIT_LE, transferSyntax } from '../../src/dicom/transfer-syntaxes.ts';
import { newUid } from '../../src/dicom/uid.ts';

export interface InstanceOptions {
  /** In DICOM form, `Hong^Gildong=洪^吉洞=홍^길동`; default `Test^Patient`. */
  patientName?: string;
  patientId?: string;
  patientBirthDate?: string;
  patientSex?: string;
  /** Values of (0008,0005); default UTF-8. [] leaves the attribute out. */
  charset?: CharacterSet;
  sopClassUid?: string;
  sopInstanceUid?: string;
  studyInstanceUid?: string;
  seriesInstanceUid?: string;
  modality?: string;
  studyDate?: string;
  studyTime?: string;
  studyDescription?: string;
  seriesDescription?: string;
  accessionNumber?: string;
  studyId?: string;
  seriesNumber?: number;
  instanceNumber?: number;
  rows?: number;
  columns?: number;
  /** Written as NumberOfFrames when given. */
  frames?: number;
  /** Bits allocated. */
  bits?: 1 | 8 | 16;
  /** 3 makes RGB, colour by pixel. */
  samples?: 1 | 3;
  transferSyntaxUid?: string;
  /** Bytes of Pixel Data whatever rows and columns say; 0 leaves Pixel Data out. */
  pixelBytes?: number;
  /** Frames of an encapsulated Transfer Syntax, one fragment each; default: a few bytes of noise. */
  encodedFrames?: Buffer[];
  /** Encapsulated: fill the Basic Offset Table (default true). */
  basicOffsetTable?: boolean;
  /** More elements, or others in place of the ones above, by keyword or tag: a value, values, or DICOM JSON. */
  attributes?: Record<string, unknown>;
}

export interface Instance {
  /** The whole Part 10 file. */
  file: Buffer;
  /** The data set as it goes over the network (deflated where the Transfer Syntax says so). */
  dataSet: Buffer;
  sopClassUid: string;
  sopInstanceUid: string;
  studyInstanceUid: string;
  seriesInstanceUid: string;
  transferSyntaxUid: string;
  /** Of `dataSet`, hexadecimal. */
  sha256: string;
}

/** Makes one instance; whatever is not given has a sensible default, UIDs are new. */
export function makeInstance(options: InstanceOptions = {}): Instance {
  const uids = {
    sopClassUid: options.sopClassUid ?? SOP_CLASS.SecondaryCaptureImageStorage,
    sopInstanceUid: options.sopInstanceUid ?? newUid(),
    studyInstanceUid: options.studyInstanceUid ?? newUid(),
    seriesInstanceUid: options.seriesInstanceUid ?? newUid(),
    transferSyntaxUid: options.transferSyntaxUid ?? EXPLICIT_LE,
  };
  const dataSet = makeDataSet({ ...options, ...uids });
  const file = Buffer.concat([encodeFileMeta(uids), dataSet]);
  return { file, dataSet, ...uids, sha256: createHash('sha256').update(dataSet).digest('hex') };
}

/** A study of several series with several instances each, sharing patient and study. */
export function makeStudy(seriesCount: number, instancesPerSeries: number, options: InstanceOptions = {}): Instance[] {
  const studyInstanceUid = options.studyInstanceUid ?? newUid();
  const instances: Instance[] = [];
  for (let series = 1; series <= seriesCount; series++) {
    const seriesInstanceUid = newUid();
    for (let instance = 1; instance <= instancesPerSeries; instance++) {
      const numbers = { seriesNumber: series, instanceNumber: instance };
      instances.push(makeInstance({ ...options, ...numbers, studyInstanceUid, seriesInstanceUid }));
    }
  }
  return instances;
}

function makeDataSet(options: InstanceOptions & { transferSyntaxUid: string }): Buffer {
  const syntax = transferSyntax(options.transferSyntaxUid);
  const json = { ...attributesOf(options), ...given(options.attributes ?? {}) };
  const head = encodeDataSet(json, options.transferSyntaxUid, options.charset ?? ['ISO_IR 192']);
  const plain = Buffer.concat([head, pixelElement(options)]);
  return syntax?.deflated ? deflateRawSync(plain) : plain;
}

function attributesOf(options: InstanceOptions): DicomJson {
  const { rows = 8, columns = 8, bits = 8, samples = 1 } = options;
  const hasPixels = options.pixelBytes !== 0;
  return given({
    SOPClassUID: options.sopClassUid,
    SOPInstanceUID: options.sopInstanceUid,
    StudyDate: options.studyDate ?? '20240229',
    StudyTime: options.studyTime ?? '093000',
    AccessionNumber: options.accessionNumber ?? '',
    Modality: options.modality ?? 'OT',
    StudyDescription: options.studyDescription ?? 'Synthetic study',
    SeriesDescription: options.seriesDescription ?? 'Synthetic series',
    PatientName: options.patientName ?? 'Test^Patient',
    PatientID: options.patientId ?? 'TEST-1',
    PatientBirthDate: options.patientBirthDate ?? '19700101',
    PatientSex: options.patientSex ?? 'O',
    StudyInstanceUID: options.studyInstanceUid,
    SeriesInstanceUID: options.seriesInstanceUid,
    StudyID: options.studyId ?? '1',
    SeriesNumber: options.seriesNumber ?? 1,
    InstanceNumber: options.instanceNumber ?? 1,
    ...(hasPixels ? pixelAttributes(rows, columns, bits, samples) : {}),
    ...(options.frames === undefined ? {} : { NumberOfFrames: options.frames }),
  });
}

function pixelAttributes(rows: number, columns: number, bits: number, samples: number): Record<string, unknown> {
  return {
    SamplesPerPixel: samples,
    PhotometricInterpretation: samples === 3 ? 'RGB' : 'MONOCHROME2',
    ...(samples === 3 ? { PlanarConfiguration: 0 } : {}),
    Rows: rows,
    Columns: columns,
    BitsAllocated: bits,
    BitsStored: bits === 16 ? 12 : bits,
    HighBit: (bits === 16 ? 12 : bits) - 1,
    PixelRepresentation: 0,
  };
}

/** Values by keyword or tag as DICOM JSON. */
function given(attributes: Record<string, unknown>): DicomJson {
  const json: DicomJson = {};
  for (const [key, value] of Object.entries(attributes)) {
    const tag = tagOf(key);
    if (tag === undefined) throw new Error(`no such attribute: ${key}`);
    json[hexOf(tag)] = isElement(value) ? value : { vr: vrOf(tag), Value: valuesOf(value) };
  }
  return json;
}

function isElement(value: unknown): value is DicomJson[string] {
  return typeof value === 'object' && value !== null && 'vr' in value;
}

function valuesOf(value: unknown): unknown[] {
  if (value === undefined || value === null || value === '') return [];
  return Array.isArray(value) ? value : [value];
}

function pixelElement(options: InstanceOptions & { transferSyntaxUid: string }): Buffer {
  if (options.pixelBytes === 0) return Buffer.alloc(0);
  const syntax = transferSyntax(options.transferSyntaxUid);
  if (syntax?.encapsulated) return encapsulated(options);
  const pixels = makePixels(options, syntax?.bigEndian ?? false);
  const explicit = syntax?.explicitVr ?? true;
  const header = pixelHeader(
    explicit,
    (options.bits ?? 8) > 8 ? 'OW' : 'OB',
    pixels.length,
    syntax?.bigEndian ?? false,
  );
  return Buffer.concat([header, pixels]);
}

function pixelHeader(explicit: boolean, vr: string, length: number, bigEndian: boolean): Buffer {
  const header = Buffer.from([0xe0, 0x7f, 0x10, 0x00, ...(explicit ? [...Buffer.from(vr), 0, 0] : []), 0, 0, 0, 0]);
  if (bigEndian) {
    header.subarray(0, 4).swap16();
    header.writeUInt32BE(length, header.length - 4);
  } else header.writeUInt32LE(length, header.length - 4);
  return header;
}

/** A ramp from dark to bright, different in each frame, so that a picture of it shows something. */
function makePixels(options: InstanceOptions, bigEndian: boolean): Buffer {
  const { rows = 8, columns = 8, frames = 1, bits = 8, samples = 1 } = options;
  const wanted = options.pixelBytes ?? Math.ceil((rows * columns * frames * samples * bits) / 8);
  const pixels = Buffer.alloc(wanted + (wanted % 2));
  const perRow = Math.max(1, Math.floor((columns * samples * bits) / 8));
  const row = Buffer.alloc(perRow + (perRow % 2));
  for (let at = 0; at < perRow; at++) {
    if (bits === 16) row[at] = at % 2 === 1 ? Math.floor((at / perRow) * 16) : 0;
    else row[at] = bits === 1 ? 0b01010101 : Math.floor((at / perRow) * 256);
  }
  if (bits === 16 && bigEndian) row.swap16();
  for (let at = 0; at < wanted; at += perRow) row.copy(pixels, at, 0, Math.min(perRow, wanted - at));
  if (bits !== 1) markFrames(pixels, frames, Math.floor(wanted / frames));
  return pixels;
}

/** The first pixel of a frame is its number, so that frames are told apart by their bytes. */
function markFrames(pixels: Buffer, frames: number, frameBytes: number): void {
  for (let frame = 0; frame < frames && frameBytes > 0; frame++) pixels[frame * frameBytes] = (frame + 1) & 0xff;
}

/** Noise is no valid JPEG, but any archive must carry it all the same. */
function encapsulated(options: InstanceOptions): Buffer {
  const { frames = 1, pixelBytes = 64 } = options;
  const size = Math.max(2, Math.floor(pixelBytes / frames / 2) * 2);
  const noise = (frame: number) =>
    Buffer.from(Array.from({ length: size }, (_, at) => (at * 31 + frame * 7 + 1) & 0xff));
  const encoded = (options.encodedFrames ?? Array.from({ length: frames }, (_, frame) => noise(frame))).map(toEven);
  const offsets = Buffer.alloc(options.basicOffsetTable === false ? 0 : encoded.length * 4);
  let offset = 0;
  encoded.forEach((frame, index) => {
    if (offsets.length > 0) offsets.writeUInt32LE(offset, index * 4);
    offset += 8 + frame.length;
  });
  const end = Buffer.from([0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0]);
  return Buffer.concat([pixelHeader(true, 'OB', 0xffffffff, false), ...[offsets, ...encoded].map(item), end]);
}

function toEven(bytes: Buffer): Buffer {
  return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(1)]);
}

function item(bytes: Buffer): Buffer {
  const header = Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0]);
  header.writeUInt32LE(bytes.length, 4);
  return Buffer.concat([header, bytes]);
}
