/** Colour images as interleaved RGB of 8 bits (PS3.3 section C.7.6.3.1.2). */
import { ArchiveError } from '../errors.ts';
import type { DecodedFrame } from './decode-frame.ts';
import type { ImageFormat } from './image-format.ts';

/** Three bytes a pixel. @throws ArchiveError NOT_RENDERABLE for colour models that are not in use any more */
export function renderColour(decoded: DecodedFrame, format: ImageFormat): Buffer {
  const pixels = decoded.width * decoded.height;
  const narrow = eightBits(decoded, format);
  switch (decoded.photometric) {
    case 'RGB':
      return interleaved(narrow, pixels, decoded.planar);
    case 'YBR_FULL':
      return fromYbrFull(interleaved(narrow, pixels, decoded.planar));
    case 'YBR_FULL_422':
      return fromYbrFull(perPixel(narrow, pixels, decoded.planar));
    case 'YBR_PARTIAL_422':
      return fromYbrFull(fullRange(perPixel(narrow, pixels, decoded.planar)));
    default:
      throw new ArchiveError('NOT_RENDERABLE', `the colour model ${decoded.photometric}`);
  }
}

/** Many writers use the names of subsampled data for data that never was. */
function perPixel(samples: Buffer, pixels: number, planar: boolean): Buffer {
  return samples.length >= pixels * 3 ? interleaved(samples, pixels, planar) : upsampled(samples, pixels);
}

/** From 16 to 235 for Y and 16 to 240 for the colours (retired) to the whole byte. */
function fullRange(ybr: Buffer): Buffer {
  const out = new Uint8ClampedArray(ybr.length);
  for (let i = 0; i < ybr.length; i++) {
    const value = ybr[i] as number;
    out[i] = i % 3 === 0 ? ((value - 16) * 255) / 219 : ((value - 128) * 255) / 224 + 128;
  }
  return Buffer.from(out.buffer);
}

/** The high 8 of the stored bits of every sample. */
function eightBits({ samples, bytesPerSample }: DecodedFrame, format: ImageFormat): Buffer {
  if (bytesPerSample === 1) return samples;
  const out = Buffer.allocUnsafe(Math.floor(samples.length / bytesPerSample));
  const shift = Math.max(0, Math.min(8 * bytesPerSample, format.bitsStored) - 8);
  for (let i = 0; i < out.length; i++) out[i] = samples.readUIntLE(i * bytesPerSample, bytesPerSample) / 2 ** shift;
  return out;
}

/** Samples of 8 bits in R1 G1 B1 order, whatever their planes. */
export function interleaved(samples: Buffer, pixels: number, planar: boolean): Buffer {
  if (samples.length < pixels * 3) throw new ArchiveError('PIXEL_DATA_DAMAGED', 'the frame is too short');
  if (!planar) return samples.subarray(0, pixels * 3);
  const out = Buffer.allocUnsafe(pixels * 3);
  for (let i = 0; i < pixels; i++) {
    out[3 * i] = samples[i] as number;
    out[3 * i + 1] = samples[pixels + i] as number;
    out[3 * i + 2] = samples[2 * pixels + i] as number;
  }
  return out;
}

/** Y1 Y2 Cb Cr for two pixels each. */
function upsampled(samples: Buffer, pixels: number): Buffer {
  if (samples.length < pixels * 2) throw new ArchiveError('PIXEL_DATA_DAMAGED', 'the frame is too short');
  const out = Buffer.allocUnsafe(pixels * 3);
  for (let pair = 0; 2 * pair + 1 < pixels; pair++) {
    for (const second of [0, 1]) {
      const to = 3 * (2 * pair + second);
      out[to] = samples[4 * pair + second] as number;
      out[to + 1] = samples[4 * pair + 2] as number;
      out[to + 2] = samples[4 * pair + 3] as number;
    }
  }
  return out;
}

/** RGB of YBR_FULL, both interleaved. */
export function fromYbrFull(ybr: Buffer): Buffer {
  const out = new Uint8ClampedArray(ybr.length);
  for (let i = 0; i < ybr.length; i += 3) {
    const y = ybr[i] as number;
    const cb = (ybr[i + 1] as number) - 128;
    const cr = (ybr[i + 2] as number) - 128;
    out[i] = y + 1.402 * cr;
    out[i + 1] = y - 0.344136 * cb - 0.714136 * cr;
    out[i + 2] = y + 1.772 * cb;
  }
  return Buffer.from(out.buffer);
}
