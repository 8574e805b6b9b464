/** Overlay planes, painted white (PS3.3 section C.9.2). */
import { bytesOf, type DataSet, number, numbers } from '../dicom/data-set.ts';
import type { DecodedFrame } from './decode-frame.ts';
import type { ImageFormat } from './image-format.ts';

/** Paints every overlay of the frame (from 1) into an image of `channels` bytes a pixel. */
export function paintOverlays(
  image: Buffer,
  channels: 1 | 3,
  decoded: DecodedFrame,
  dataSet: DataSet,
  frame: number,
  format: ImageFormat,
): void {
  for (let group = 0x6000; group <= 0x601e; group += 2) {
    const base = group * 0x10000;
    const rows = number(dataSet, base + 0x10) ?? 0;
    const columns = number(dataSet, base + 0x11) ?? 0;
    if (rows < 1 || columns < 1) continue;
    const isSet = separateBits(dataSet, base, frame, rows * columns) ?? embeddedBits(dataSet, base, decoded, format);
    if (!isSet) continue;
    const [top = 1, left = 1] = numbers(dataSet, base + 0x50);
    paint(image, channels, decoded, { rows, columns, top: top - 1, left: left - 1, isSet });
  }
}

interface Plane {
  readonly rows: number;
  readonly columns: number;
  readonly top: number;
  readonly left: number;
  isSet(index: number): boolean;
}

function paint(image: Buffer, channels: 1 | 3, { width, height }: DecodedFrame, plane: Plane): void {
  for (let row = 0; row < plane.rows; row++) {
    const y = row + plane.top;
    if (y < 0 || y >= height) continue;
    for (let column = 0; column < plane.columns; column++) {
      const x = column + plane.left;
      if (x < 0 || x >= width || !plane.isSet(row * plane.columns + column)) continue;
      image.fill(255, (y * width + x) * channels, (y * width + x + 1) * channels);
    }
  }
}

/** Overlay Data (60xx,3000): one bit a pixel, all frames one after the other. */
function separateBits(dataSet: DataSet, base: number, frame: number, size: number): Plane['isSet'] | undefined {
  const bits = bytesOf(dataSet, base + 0x3000);
  if (!bits) return undefined;
  const count = number(dataSet, base + 0x15) ?? 1;
  const origin = number(dataSet, base + 0x51) ?? 1;
  const index = frame - origin;
  if (index < 0 || (index >= count && count > 1)) return () => false;
  const first = count > 1 ? index * size : 0;
  return (at) => (((bits[(first + at) >> 3] ?? 0) >> ((first + at) & 7)) & 1) === 1;
}

/** Retired form: an unused high bit of the pixels. */
function embeddedBits(
  dataSet: DataSet,
  base: number,
  { samples, bytesPerSample }: DecodedFrame,
  format: ImageFormat,
): Plane['isSet'] | undefined {
  const position = number(dataSet, base + 0x102) ?? 0;
  const inPixel = position > format.highBit || position < format.highBit + 1 - format.bitsStored;
  const bits = 8 * bytesPerSample;
  if (number(dataSet, base + 0x100) !== bits || bytesPerSample > 2 || !inPixel || position >= bits) return undefined;
  const byte = position >> 3;
  return (at) => (((samples[bytesPerSample * at + byte] ?? 0) >> (position & 7)) & 1) === 1;
}
