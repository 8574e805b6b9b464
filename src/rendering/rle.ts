/**
 * RLE Lossless (PS3.5 Annex G): byte planes, most significant first, each packed. Decoded here, since the WASM decoder
 * follows the offsets of the frame's header without checking them.
 */
import { ArchiveError } from '../errors.ts';

/** Samples interleaved, little endian. `bytesPerSample` is Bits Allocated / 8. */
export function decodeRle(frame: Buffer, pixels: number, samplesPerPixel: number, bytesPerSample: number): Buffer {
  const planes = samplesPerPixel * bytesPerSample;
  if (frame.length < 64) throw damaged('the frame is shorter than its header');
  if (frame.readUInt32LE(0) !== planes) throw damaged(`${frame.readUInt32LE(0)} segments instead of ${planes}`);
  const out = Buffer.alloc(pixels * planes);
  for (let plane = 0; plane < planes; plane++) {
    const start = frame.readUInt32LE(4 + 4 * plane);
    const next = plane + 1 < planes ? frame.readUInt32LE(8 + 4 * plane) : frame.length;
    if (start < 64 || start > next || next > frame.length) throw damaged('a segment lies outside the frame');
    const sample = Math.floor(plane / bytesPerSample);
    const byte = bytesPerSample - 1 - (plane % bytesPerSample);
    unpack(frame.subarray(start, next), out, sample * bytesPerSample + byte, planes, pixels);
  }
  return out;
}

/** Unpacks one segment into every `step`th byte of `out` from `at` on; a segment that ends early leaves zeros. */
function unpack(packed: Buffer, out: Buffer, at: number, step: number, count: number): void {
  let to = at;
  const end = at + count * step;
  for (let i = 0; i + 1 < packed.length && to < end; ) {
    const control = packed.readInt8(i++);
    if (control >= 0) {
      for (let n = control + 1; n > 0 && i < packed.length && to < end; n--, to += step)
        out[to] = packed[i++] as number;
    } else if (control !== -128) {
      const value = packed[i++] as number;
      for (let n = 1 - control; n > 0 && to < end; n--, to += step) out[to] = value;
    }
  }
}

function damaged(detail: string): ArchiveError {
  return new ArchiveError('PIXEL_DATA_DAMAGED', `RLE: ${detail}`);
}
