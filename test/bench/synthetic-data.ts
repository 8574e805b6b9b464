/**
 * Images for measuring, made from a seed: the same arguments always give the same bytes. Sizes and headers are those of
 * a chest X-ray, a CT slice and something very small; names are Latin, ISO 2022 IR 149 and UTF-8 in turn.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CharacterSet } from '../../src/dicom/charset.ts';
import type { DicomJson } from '../../src/dicom/dicom-json.ts';
import { hexOf, tagOf, vrOf } from '../../src/dicom/dictionary.ts';
import { encodeDataSet } from '../../src/dicom/encode-data-set.ts';
import { encodeFileMeta } from '../../src/dicom/part10.ts';
import { EXPLICIT_LE } from '../../src/dicom/transfer-syntaxes.ts';

export type Kind = 'dx' | 'ct' | 'tiny';

const SHAPES = {
  dx: { rows: 2500, columns: 2048, perStudy: 2, modality: 'DX', sopClass: '1.2.840.10008.5.1.4.1.1.1.1' },
  ct: { rows: 512, columns: 512, perStudy: 100, modality: 'CT', sopClass: '1.2.840.10008.5.1.4.1.1.2' },
  tiny: { rows: 64, columns: 64, perStudy: 2, modality: 'CR', sopClass: '1.2.840.10008.5.1.4.1.1.1' },
} as const;

export interface SyntheticStudy {
  studyUid: string;
  seriesUid: string;
  sopUids: string[];
  files: string[];
}

/** The day that queries ask for, and the one of all other studies. */
export const TODAY = '20260105';
const ANOTHER_DAY = '20251103';

/**
 * Writes `count` images under `folder`.
 * @param today says which studies (by number) are of TODAY
 */
export function makeImages(
  folder: string,
  kind: Kind,
  count: number,
  seed: string,
  today: (study: number) => boolean = () => false,
): SyntheticStudy[] {
  mkdirSync(folder, { recursive: true });
  const { perStudy } = SHAPES[kind];
  const studies: SyntheticStudy[] = [];
  for (let n = 0; n * perStudy < count; n++) {
    const images = Math.min(perStudy, count - n * perStudy);
    studies.push(makeStudy(folder, kind, `${kind} ${seed} ${n}`, images, n, today(n) ? TODAY : ANOTHER_DAY));
  }
  return studies;
}

function makeStudy(folder: string, kind: Kind, seed: string, images: number, n: number, date: string): SyntheticStudy {
  const uids = { studyUid: uidOf(seed), seriesUid: uidOf(`${seed} series`) };
  const study: SyntheticStudy = { ...uids, sopUids: [], files: [] };
  const { charset, attributes } = patientOf(seed, n);
  for (let image = 1; image <= images; image++) {
    const sopUid = uidOf(`${seed} ${image}`);
    const json = asJson({
      ...attributes,
      ...attributesOf(kind, image, date),
      AccessionNumber: `A${uids.studyUid.slice(-10)}`,
      StudyInstanceUID: uids.studyUid,
      SeriesInstanceUID: uids.seriesUid,
      SOPInstanceUID: sopUid,
    });
    const head = encodeDataSet(json, EXPLICIT_LE, charset);
    const meta = { sopClassUid: SHAPES[kind].sopClass, sopInstanceUid: sopUid, transferSyntaxUid: EXPLICIT_LE };
    const file = join(folder, `${kind}-${n}-${image}.dcm`);
    writeFileSync(file, Buffer.concat([encodeFileMeta(meta), head, pixelsOf(kind)]));
    study.sopUids.push(sopUid);
    study.files.push(file);
  }
  return study;
}

const PATIENTS = [
  { charset: ['ISO_IR 100'], name: 'Kim^MinJun', clinic: 'SEOUL CLINIC', description: 'CHEST PA' },
  {
    charset: ['', 'ISO 2022 IR 149'],
    name: 'Lee^SeoYeon=李^書姸=이^서연',
    clinic: '서울튼튼의원',
    description: '흉부 정면',
  },
  { charset: ['ISO_IR 192'], name: 'Park^JiWoo=朴^智宇=박^지우', clinic: '서울튼튼의원', description: '요추 측면' },
] as const;

function patientOf(seed: string, n: number): { charset: CharacterSet; attributes: Record<string, string> } {
  const { charset, name, clinic, description } = PATIENTS[n % PATIENTS.length] as (typeof PATIENTS)[number];
  const attributes = {
    PatientName: name,
    PatientID: `P${uidOf(`${seed} patient`).slice(-8)}`,
    PatientBirthDate: `${1940 + (n % 70)}0517`,
    PatientSex: n % 2 === 0 ? 'M' : 'F',
    PatientAge: '045Y',
    InstitutionName: clinic,
    StudyDescription: description,
    SeriesDescription: description,
  };
  return { charset: [...charset], attributes };
}

function attributesOf(kind: Kind, image: number, date: string): Record<string, string | number> {
  const { rows, columns, modality, sopClass } = SHAPES[kind];
  return {
    ImageType: 'ORIGINAL\\PRIMARY',
    SOPClassUID: sopClass,
    StudyDate: date,
    SeriesDate: date,
    ContentDate: date,
    StudyTime: '091500',
    SeriesTime: '091510',
    ContentTime: '091520',
    Modality: modality,
    Manufacturer: 'SYNTHETIC',
    ReferringPhysicianName: 'Hong^Gildong',
    StationName: 'XR-1',
    ManufacturerModelName: 'SIM-2000',
    BodyPartExamined: 'CHEST',
    KVP: '120',
    SoftwareVersions: '1.0.0',
    StudyID: '1',
    SeriesNumber: 1,
    InstanceNumber: image,
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    Rows: rows,
    Columns: columns,
    BitsAllocated: 16,
    BitsStored: 12,
    HighBit: 11,
    PixelRepresentation: 0,
    WindowCenter: '2048',
    WindowWidth: '4096',
  };
}

function asJson(values: Record<string, string | number>): DicomJson {
  const json: DicomJson = {};
  for (const [keyword, value] of Object.entries(values)) {
    const tag = tagOf(keyword) as number;
    json[hexOf(tag)] = { vr: vrOf(tag), Value: typeof value === 'string' ? value.split('\\') : [value] };
  }
  return json;
}

const planes = new Map<Kind, Buffer>();

/** The Pixel Data element: a gradient with four bits of noise, the same for all images of a kind. */
function pixelsOf(kind: Kind): Buffer {
  const known = planes.get(kind);
  if (known) return known;
  const { rows, columns } = SHAPES[kind];
  const element = Buffer.alloc(12 + rows * columns * 2);
  element.set([0xe0, 0x7f, 0x10, 0x00, 0x4f, 0x57, 0, 0]);
  element.writeUInt32LE(rows * columns * 2, 8);
  let noise = 2463534242;
  for (let pixel = 0; pixel < rows * columns; pixel++) {
    noise ^= noise << 13;
    noise ^= noise >>> 17;
    noise ^= noise << 5;
    element.writeUInt16LE((Math.floor((pixel / (rows * columns)) * 4000) + (noise & 15)) & 0xfff, 12 + pixel * 2);
  }
  planes.set(kind, element);
  return element;
}

function uidOf(seed: string): string {
  return `2.25.${BigInt(`0x${createHash('sha256').update(seed).digest('hex').slice(0, 32)}`)}`;
}
