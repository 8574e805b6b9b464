/** What changes in a header when its pixel data changes its encoding (PS3.5 section 8.2, PS3.3 sections C.7.6.1.1.5 and C.7.6.3). */
import { type DataSet, text } from '../dicom/data-set.ts';
import type { Replacement } from '../dicom/recode-data-set.ts';
import { transferSyntax } from '../dicom/transfer-syntaxes.ts';
import type { ImageFormat } from './image-format.ts';

const PHOTOMETRIC_INTERPRETATION = 0x00280004;
const PLANAR_CONFIGURATION = 0x00280006;
const LOSSY_IMAGE_COMPRESSION = 0x00282110;
const LOSSY_IMAGE_COMPRESSION_RATIO = 0x00282112;
const LOSSY_IMAGE_COMPRESSION_METHOD = 0x00282114;

/** Extended Offset Table, its lengths, and Encapsulated Pixel Data Value Total Length: of the stored fragments only. */
const OF_STORED_FRAGMENTS = [0x7fe00001, 0x7fe00002, 0x7fe00003];

/** Defined terms of (0028,2114). */
const METHODS: Readonly<Record<string, string>> = {
  'image/jpeg': 'ISO_10918_1',
  'image/jls': 'ISO_14495_1',
  'image/jp2': 'ISO_15444_1',
  'image/jpx': 'ISO_15444_2',
  'image/jphc': 'ISO_15444_15',
  'image/jxl': 'ISO_18181_1',
};

export interface PixelChange {
  readonly storedSyntaxUid: string;
  readonly photometric: string;
  /** Bytes of a frame when uncompressed, and as stored. */
  readonly frameLength: number;
  readonly storedFrameLength: number;
}

/** The elements that come, change or go. */
export function changedElements(dataSet: DataSet, format: ImageFormat, change: PixelChange): Map<number, Replacement> {
  const changed = new Map<number, Replacement>(OF_STORED_FRAGMENTS.map((tag) => [tag, null]));
  if (change.photometric !== format.photometric)
    changed.set(PHOTOMETRIC_INTERPRETATION, codeString(change.photometric));
  if (format.samplesPerPixel > 1) changed.set(PLANAR_CONFIGURATION, { vr: 'US', bytes: Buffer.from([0, 0]) });
  for (const [tag, value] of lossyElements(dataSet, change)) changed.set(tag, value);
  return changed;
}

/** Once lossy, always lossy: where the stored header does not say so, the decoded one does. */
function lossyElements(dataSet: DataSet, change: PixelChange): [number, Replacement][] {
  const syntax = transferSyntax(change.storedSyntaxUid);
  const said = text(dataSet, LOSSY_IMAGE_COMPRESSION);
  // JPEG with a cosine transform always loses; under the other names a lossless codestream may lie.
  const loses = syntax?.lossy === true && (syntax.mediaType === 'image/jpeg' || said !== '00');
  if (!loses || said === '01') return [];
  const ratio = change.frameLength / Math.max(1, change.storedFrameLength);
  return [
    [LOSSY_IMAGE_COMPRESSION, codeString('01')],
    [LOSSY_IMAGE_COMPRESSION_RATIO, { vr: 'DS', bytes: padded(ratio.toFixed(2)) }],
    [LOSSY_IMAGE_COMPRESSION_METHOD, codeString(METHODS[syntax.mediaType ?? ''] ?? '')],
  ];
}

function codeString(value: string): Replacement {
  return { vr: 'CS', bytes: padded(value) };
}

function padded(value: string): Buffer {
  return Buffer.from(value.length % 2 === 0 ? value : `${value} `, 'latin1');
}
