/** Parametric maps: Float and Double Float Pixel Data, stretched or windowed (PS3.3 section C.7.6.24). */
import { number } from '../dicom/data-set.ts';
import { ArchiveError } from '../errors.ts';
import { nativeFrame, pixelReader } from './frame-bytes.ts';
import { windowCurve } from './grayscale.ts';
import type { Header } from './header.ts';
import type { ImageFormat } from './image-format.ts';
import type { InstanceSource } from './instance-source.ts';
import type { RenderOptions } from './jobs.ts';

/** One byte a pixel, black where there is no number. */
export function renderFloat(
  source: InstanceSource,
  header: Header,
  format: ImageFormat,
  options: RenderOptions,
): { width: number; height: number; channels: 1; bytes: Buffer } {
  const bytes = nativeFrame(header, pixelReader(source, header), options.frame);
  const count = format.rows * format.columns;
  const size = bytes.length / count;
  if (size !== 4 && size !== 8) throw new ArchiveError('PIXEL_DATA_DAMAGED', 'float pixels of odd size');
  const values = Float64Array.from({ length: count }, (_, i) =>
    size === 4 ? bytes.readFloatLE(4 * i) : bytes.readDoubleLE(8 * i),
  );
  const padding = number(header.dataSet, 0x00280122);
  const real = values.filter((value) => Number.isFinite(value) && value !== padding);
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of real) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const curve = options.window
    ? windowCurve(options.window)
    : (value: number) => (high > low ? (value - low) / (high - low) : 0);
  const out = Buffer.alloc(count);
  for (let i = 0; i < count; i++) {
    const grey = curve(values[i] as number);
    out[i] = Number.isFinite(grey) ? Math.round(255 * Math.min(1, Math.max(0, grey))) : 0;
  }
  return { width: format.columns, height: format.rows, channels: 1, bytes: out };
}
