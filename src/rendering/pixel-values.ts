/**
 * The values of a greyscale frame after the Modality LUT (Hounsfield units of a CT, say), scaled down: with them a browser
 * changes the window by itself, as fast as it can draw.
 */
import { ArchiveError } from '../errors.ts';
import { frameSamples } from './frame-samples.ts';
import { PIXEL_DATA } from './frame-table.ts';
import { type Curve, fileWindows, modalityCurve, type Source, storedValues, valueRange } from './grayscale.ts';
import { readHeader } from './header.ts';
import { imageFormat } from './image-format.ts';
import { InstanceSource } from './instance-source.ts';
import type { InstanceFile, PixelValues, Window } from './jobs.ts';

/**
 * @param side the longer side in pixels at most; the frame is never enlarged
 * @throws ArchiveError NOT_RENDERABLE for colour and what cannot be decoded, NOT_FOUND for a frame that is not there
 */
export async function pixelValues(file: InstanceFile, frame: number, side: number): Promise<PixelValues> {
  const source = new InstanceSource(file);
  try {
    const header = readHeader(source);
    const { dataSet } = header;
    const format = imageFormat(dataSet, frame);
    const greyscale = format.samplesPerPixel === 1 && format.photometric.startsWith('MONOCHROME');
    if (!greyscale || dataSet.stoppedAt?.tag !== PIXEL_DATA) throw new ArchiveError('NOT_RENDERABLE', 'not greyscale');
    const decoded = await frameSamples(source, header, format, frame);
    const stored = storedValues(decoded, format);
    const place: Source = { dataSet, frame, format };
    const modality = modalityCurve(place);
    const [window = wholeWindow(valueRange(stored, modality, place))] = fileWindows(dataSet, frame);
    const toValue: Curve = (index) => modality(stored.valueOf(stored.raw[index] as number));
    const scaled = scaleDown(decoded, toValue, side);
    return { ...scaled, window, inverted: format.photometric === 'MONOCHROME1' };
  } finally {
    source.close();
  }
}

/** LINEAR maps center - 0.5 ± (width - 1) / 2 to black and white (PS3.3 section C.11.2.1.2.1). */
function wholeWindow({ low, high }: { low: number; high: number }): Window {
  return { center: (low + high + 1) / 2, width: Math.max(1, high - low + 1), shape: 'LINEAR' };
}

/** Each pixel is the mean of the block that it stands for. */
function scaleDown(
  { width, height }: { width: number; height: number },
  valueAt: Curve,
  side: number,
): Pick<PixelValues, 'width' | 'height' | 'bytes' | 'type'> {
  const scale = Math.min(1, side / Math.max(width, height));
  const columns = Math.max(1, Math.round(width * scale));
  const rows = Math.max(1, Math.round(height * scale));
  const values = new Float32Array(columns * rows);
  for (let row = 0; row < rows; row++) {
    const [top, bottom] = blockOf(row, rows, height);
    for (let column = 0; column < columns; column++) {
      const [left, right] = blockOf(column, columns, width);
      values[row * columns + column] = mean(valueAt, width, left, right, top, bottom);
    }
  }
  return { width: columns, height: rows, ...narrowest(values) };
}

function blockOf(index: number, count: number, size: number): [start: number, end: number] {
  const start = Math.floor((index * size) / count);
  return [start, Math.max(start + 1, Math.floor(((index + 1) * size) / count))];
}

function mean(valueAt: Curve, width: number, left: number, right: number, top: number, bottom: number): number {
  let sum = 0;
  for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) sum += valueAt(y * width + x);
  return sum / ((right - left) * (bottom - top));
}

/** Two bytes a value where whole numbers do: half the way through the network. */
function narrowest(values: Float32Array): Pick<PixelValues, 'bytes' | 'type'> {
  let low = 0;
  let high = 0;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  // A range of a few values (a parametric map) needs its fractions.
  const wide = high - low > 255;
  if (wide && low >= 0 && high <= 0xffff)
    return { type: 'uint16', bytes: bytesOf(Uint16Array.from(values, Math.round)) };
  if (wide && low >= -0x8000 && high <= 0x7fff)
    return { type: 'int16', bytes: bytesOf(Int16Array.from(values, Math.round)) };
  return { type: 'float32', bytes: bytesOf(values) };
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
}
