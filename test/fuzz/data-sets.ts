/** The mutated data set of one case, from synthetic images and from every real file that lies beside the checkout. */
import { readFileSync } from 'node:fs';
import { readPart10Head } from '../../src/dicom/part10.ts';
import { SOP_CLASS } from '../../src/dicom/sop-classes.ts';
import { type SharedFile, sharedFiles, sharedPath } from '../support/shared-dicom.ts';
import { makeInstance } from '../support/synthetic.ts';
import { type Mutated, mutateDataSet } from './mutate-data-set.ts';
import { Random } from './random.ts';

const LARGEST = 4 << 20;
const SYNTHETIC_SYNTAXES = [
  '1.2.840.10008.1.2',
  '1.2.840.10008.1.2.1',
  '1.2.840.10008.1.2.4.50',
  '1.2.840.10008.1.2.1.99',
];

export interface Image extends Mutated {
  sopClassUid: string;
  sopInstanceUid: string;
  studyInstanceUid: string;
  /** Of which file it was made. */
  origin: string;
}

let files: SharedFile[] | undefined;

/** Real files first, each at least once; then real and synthetic ones by chance. */
export function imageOf(seed: number, n: number): Image {
  const random = new Random(seed, 'data-sets', n);
  files ??= (sharedFiles() ?? []).filter(({ bytes, ts }) => bytes < LARGEST && ts !== undefined);
  const file = n < files.length ? files[n] : random.chance(0.6) && files.length > 0 ? random.pick(files) : undefined;
  const image = (file && fromFile(file)) ?? synthetic(random);
  return { ...image, ...mutateDataSet(image, random) };
}

function fromFile({ file, StudyInstanceUID = '' }: SharedFile): Image | undefined {
  const bytes = readFileSync(sharedPath(file));
  const head = readPart10Head(bytes);
  if (head === undefined) return undefined;
  return {
    dataSet: bytes.subarray(head.dataSetOffset),
    transferSyntaxUid: head.transferSyntaxUid,
    sopClassUid: head.sopClassUid || SOP_CLASS.SecondaryCaptureImageStorage,
    sopInstanceUid: head.sopInstanceUid || '1.2.3',
    studyInstanceUid: StudyInstanceUID,
    origin: file,
  };
}

function synthetic(random: Random): Image {
  const uid = `1.2.826.0.1.3680043.9.7777.${random.below(1e9)}.${random.below(1e9)}`;
  const made = makeInstance({
    sopInstanceUid: uid,
    studyInstanceUid: `${uid}.1`,
    seriesInstanceUid: `${uid}.2`,
    transferSyntaxUid: random.pick(SYNTHETIC_SYNTAXES),
    patientName: 'Hong^Gildong=洪^吉洞=홍^길동',
    charset: random.pick([['ISO_IR 192'], ['', 'ISO 2022 IR 149']]),
    bits: random.pick([1, 8, 16]),
    frames: random.between(1, 3),
    attributes: { ReferencedImageSequence: [{ '00081155': { vr: 'UI', Value: ['1.2.3'] } }] },
  });
  return { ...made, origin: 'synthetic' };
}
