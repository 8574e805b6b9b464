/** How the pixels of an image are laid out and meant (PS3.3 sections C.7.6.3 and C.7.6.16.2). */
import { type DataSet, itemsOf, number, numbers, text } from '../dicom/data-set.ts';
import { ArchiveError } from '../errors.ts';

export interface ImageFormat {
  readonly rows: number;
  readonly columns: number;
  readonly samplesPerPixel: number;
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  readonly highBit: number;
  readonly signed: boolean;
  readonly planar: boolean;
  /** 'MONOCHROME1', 'RGB', … in upper case. */
  readonly photometric: string;
  /** Height of a pixel divided by its width. */
  readonly pixelAspect: number;
}

/** Pixels of one image at most: 16384 × 16384 has 268 million. */
const MAX_PIXELS = 1 << 27;

/** @throws ArchiveError NOT_RENDERABLE when the image says too little or is too large */
export function imageFormat(dataSet: DataSet, frame: number): ImageFormat {
  const rows = number(dataSet, 0x00280010) ?? 0;
  const columns = number(dataSet, 0x00280011) ?? 0;
  if (rows < 1 || columns < 1) throw new ArchiveError('NOT_RENDERABLE', 'Rows or Columns is missing');
  if (rows * columns > MAX_PIXELS) throw new ArchiveError('NOT_RENDERABLE', `${columns} × ${rows} pixels are too many`);
  const bitsAllocated = number(dataSet, 0x00280100) ?? 8;
  const bitsStored = Math.min(bitsAllocated, number(dataSet, 0x00280101) || bitsAllocated);
  const samplesPerPixel = number(dataSet, 0x00280002) ?? 1;
  return {
    rows,
    columns,
    samplesPerPixel,
    bitsAllocated,
    bitsStored,
    highBit: Math.min(bitsAllocated - 1, number(dataSet, 0x00280102) ?? bitsStored - 1),
    signed: number(dataSet, 0x00280103) === 1,
    planar: number(dataSet, 0x00280006) === 1,
    photometric: text(dataSet, 0x00280004).toUpperCase() || (samplesPerPixel === 1 ? 'MONOCHROME2' : 'RGB'),
    pixelAspect: pixelAspect(dataSet, frame),
  };
}

/** Pixel Aspect Ratio, else from the spacings; 1 when nothing sensible is said. */
function pixelAspect(dataSet: DataSet, frame: number): number {
  const measures = functionalGroup(dataSet, frame, 0x00289110);
  const candidates = [
    numbers(dataSet, 0x00280034),
    numbers(dataSet, 0x00280030),
    measures ? numbers(measures, 0x00280030) : [],
    numbers(dataSet, 0x00181164),
  ];
  for (const [vertical = 0, horizontal = 0] of candidates) {
    const ratio = vertical / horizontal;
    if (ratio >= 0.1 && ratio <= 10) return ratio;
  }
  return 1;
}

/**
 * The first item of a functional group macro's sequence for a frame (from 1): the frame's own, else the shared one
 * (PS3.3 section C.7.6.16.1.1).
 */
export function functionalGroup(dataSet: DataSet, frame: number, tag: number): DataSet | undefined {
  const own = itemsOf(dataSet, 0x52009230)[frame - 1];
  const shared = itemsOf(dataSet, 0x52009229)[0];
  return (own && itemsOf(own, tag)[0]) ?? (shared && itemsOf(shared, tag)[0]);
}
