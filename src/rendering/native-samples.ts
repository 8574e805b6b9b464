/** Decoded frames as they are written into an uncompressed data set, or handed to a lossless encoder. */
import { transferSyntax } from '../dicom/transfer-syntaxes.ts';
import { ArchiveError } from '../errors.ts';
import { fromYbrFull, interleaved } from './colour.ts';
import type { DecodedFrame } from './decode-frame.ts';
import type { ImageFormat } from './image-format.ts';

/** Samples interleaved, little endian, in whole bytes of Bits Allocated. */
export interface NativeSamples {
  readonly photometric: string;
  readonly bytes: Buffer;
}

/**
 * The samples as the data set describes them. Values are not touched, but for the colours of lossy JPEG: its YCbCr is
 * turned into RGB, which every receiver shows.
 * @throws ArchiveError PIXEL_DATA_DAMAGED when codestream and data set contradict each other, NOT_RENDERABLE
 */
export function nativeSamples(decoded: DecodedFrame, format: ImageFormat, syntaxUid: string): NativeSamples {
  checkShape(decoded, format);
  const bytes = interleavedSamples(widened(decoded, format), decoded, format);
  const syntax = transferSyntax(syntaxUid);
  const isLossyJpeg = syntax?.mediaType === 'image/jpeg' && syntax.lossy === true;
  if (isLossyJpeg && decoded.photometric === 'YBR_FULL' && format.bitsAllocated === 8) {
    return { photometric: 'RGB', bytes: fromYbrFull(bytes) };
  }
  return { photometric: decoded.photometric, bytes };
}

function checkShape({ width, height, samplesPerPixel }: DecodedFrame, format: ImageFormat): void {
  if (width !== format.columns || height !== format.rows || samplesPerPixel !== format.samplesPerPixel) {
    const said = `${format.columns} × ${format.rows} × ${format.samplesPerPixel}`;
    throw new ArchiveError(
      'PIXEL_DATA_DAMAGED',
      `the frame has ${width} × ${height} × ${samplesPerPixel}, said ${said}`,
    );
  }
  if (format.bitsAllocated % 8 !== 0)
    throw new ArchiveError('NOT_RENDERABLE', `${format.bitsAllocated} bits allocated`);
}

/** Codestreams of up to 8 bits are decoded to bytes, also where the data set allocates two a sample. */
function widened(
  { samples, bytesPerSample, width, height, samplesPerPixel }: DecodedFrame,
  format: ImageFormat,
): Buffer {
  const count = width * height * samplesPerPixel;
  const wanted = format.bitsAllocated / 8;
  if (samples.length < count * bytesPerSample) throw new ArchiveError('PIXEL_DATA_DAMAGED', 'the frame is too short');
  if (bytesPerSample === wanted) return samples.subarray(0, count * wanted);
  if (bytesPerSample !== 1 || wanted !== 2) {
    throw new ArchiveError('PIXEL_DATA_DAMAGED', `${bytesPerSample} bytes a sample, said ${wanted}`);
  }
  const out = Buffer.allocUnsafe(count * 2);
  for (let i = 0; i < count; i++) {
    if (format.signed) out.writeInt16LE(samples.readInt8(i), 2 * i);
    else out.writeUInt16LE(samples[i] as number, 2 * i);
  }
  return out;
}

function interleavedSamples(samples: Buffer, { planar, samplesPerPixel }: DecodedFrame, format: ImageFormat): Buffer {
  if (!planar || samplesPerPixel === 1) return samples;
  const pixels = format.rows * format.columns;
  if (samplesPerPixel === 3 && format.bitsAllocated === 8) return interleaved(samples, pixels, true);
  throw new ArchiveError('NOT_RENDERABLE', `${samplesPerPixel} colour planes of ${format.bitsAllocated} bits`);
}
