/** What a viewer has to know of an image beside its pixels: how large a pixel is, what was lost, which windows fit. */
import { type DataSet, numbers, text, texts } from '../dicom/data-set.ts';
import { fileWindows } from './grayscale.ts';
import { readHeader } from './header.ts';
import { functionalGroup, imageFormat } from './image-format.ts';
import { withSource } from './instance-source.ts';
import type { ImageFacts, InstanceFile } from './jobs.ts';

const LOSSY_SYNTAXES: ReadonlySet<string> = new Set([
  '1.2.840.10008.1.2.4.50',
  '1.2.840.10008.1.2.4.51',
  '1.2.840.10008.1.2.4.81',
  '1.2.840.10008.1.2.4.91',
  '1.2.840.10008.1.2.4.203',
]);

/** @throws ArchiveError NOT_RENDERABLE when Rows or Columns is missing */
export function imageFacts(file: InstanceFile, frame: number): ImageFacts {
  return withSource(file, (source) => {
    const { dataSet } = readHeader(source);
    const { rows, columns, photometric, samplesPerPixel } = imageFormat(dataSet, frame);
    return {
      rows,
      columns,
      greyscale: samplesPerPixel === 1 && photometric.startsWith('MONOCHROME'),
      ...spacingOf(dataSet, frame),
      lossy: text(dataSet, 0x00282110) === '01' || LOSSY_SYNTAXES.has(file.transferSyntaxUid),
      windows: fileWindows(dataSet, frame),
      orientation: orientationOf(dataSet),
      laterality: text(dataSet, 0x00200062) || text(dataSet, 0x00200060),
      frameTimeMs: numbers(dataSet, 0x00181063)[0] ?? null,
    };
  });
}

/**
 * Millimetres of a pixel, and what they are worth. Imager Pixel Spacing is that of the detector, where a body is magnified;
 * Pixel Spacing that equals it is the same thing, unless it says how it was calibrated (PS3.3 section 10.7.1.3).
 */
function spacingOf(dataSet: DataSet, frame: number): Pick<ImageFacts, 'spacing' | 'spacingKind'> {
  const measures = functionalGroup(dataSet, frame, 0x00289110);
  const patient = pair(measures ? numbers(measures, 0x00280030) : []) ?? pair(numbers(dataSet, 0x00280030));
  const detector = pair(numbers(dataSet, 0x00181164));
  const calibrated = text(dataSet, 0x00280a02) !== '';
  const same = patient !== null && detector !== null && patient[0] === detector[0] && patient[1] === detector[1];
  if (patient !== null && (calibrated || !same)) return { spacing: patient, spacingKind: 'calibrated' };
  if (detector !== null) return { spacing: detector, spacingKind: 'detector' };
  return { spacing: null, spacingKind: 'none' };
}

function pair([vertical = 0, horizontal = 0]: readonly number[]): [number, number] | null {
  return vertical > 0 && horizontal > 0 ? [vertical, horizontal] : null;
}

/** Letters of the right and the lower edge, from Patient Orientation or computed from the direction cosines. */
function orientationOf(dataSet: DataSet): [right: string, bottom: string] | null {
  const [right = '', bottom = ''] = texts(dataSet, 0x00200020);
  if (right !== '' && bottom !== '') return [right, bottom];
  const cosines = numbers(dataSet, 0x00200037);
  return cosines.length === 6 ? [lettersOf(cosines.slice(0, 3)), lettersOf(cosines.slice(3))] : null;
}

const AXES = ['RL', 'AP', 'HF'] as const;

/** Toward where a direction goes, the strongest part first: the patient's axes point to L, P and H (PS3.3 section C.7.6.2.1.1). */
function lettersOf(direction: readonly number[]): string {
  const positive = ['L', 'P', 'H'];
  return direction
    .map((part, axis) => ({
      part,
      letter: part > 0 ? positive[axis] : (AXES[axis] as string).replace(positive[axis] as string, ''),
    }))
    .filter(({ part }) => Math.abs(part) > 0.2)
    .sort((a, b) => Math.abs(b.part) - Math.abs(a.part))
    .map(({ letter }) => letter)
    .join('');
}
