/** Values to grey by a window (PS3.3 section C.11.2.1.2.1), fast enough for every pointer move. */
import type { PixelValues, Window } from '../../api/images.ts';

export interface Preset {
  /** Word of text: `view.presets.<key>`. */
  readonly key: 'lung' | 'bone' | 'soft' | 'brain' | 'abdomen';
  readonly window: Window;
}

/** Of a CT, in Hounsfield units. Other devices' values have no common meaning. */
export const CT_PRESETS: readonly Preset[] = [
  { key: 'lung', window: { center: -600, width: 1500 } },
  { key: 'soft', window: { center: 40, width: 400 } },
  { key: 'abdomen', window: { center: 60, width: 350 } },
  { key: 'bone', window: { center: 400, width: 1800 } },
  { key: 'brain', window: { center: 40, width: 80 } },
];

/** Drags the window: to the right wider, down darker; a pane's width is twice the window as it was. */
export function dragged(window: Window, dx: number, dy: number, paneWidth: number): Window {
  const step = Math.max(window.width, 2) / (paneWidth / 2);
  return { center: window.center + dy * step, width: Math.max(1, window.width + dx * step) };
}

/** Paints the values as grey pixels (RGBA). */
export function paint(
  { values, inverted }: PixelValues,
  window: Window,
  negative: boolean,
  into: Uint8ClampedArray<ArrayBuffer>,
): void {
  const pixels = new Uint32Array(into.buffer, into.byteOffset, values.length);
  const white = inverted !== negative;
  if (values instanceof Float32Array) {
    for (let i = 0; i < values.length; i++) pixels[i] = pixelOf(greyOf(values[i] as number, window), white);
    return;
  }
  const table = tableOf(window, white, values instanceof Int16Array);
  for (let i = 0; i < values.length; i++) pixels[i] = table[(values[i] as number) & 0xffff] as number;
}

/** 0 to 255. */
export function greyOf(value: number, { center, width }: Window): number {
  if (width <= 1) return value <= center - 0.5 ? 0 : 255;
  return Math.max(0, Math.min(255, Math.round(((value - (center - 0.5)) / (width - 1) + 0.5) * 255)));
}

function tableOf(window: Window, white: boolean, signed: boolean): Uint32Array {
  const table = new Uint32Array(0x10000);
  for (let bits = 0; bits < table.length; bits++) {
    const value = signed && bits >= 0x8000 ? bits - 0x10000 : bits;
    table[bits] = pixelOf(greyOf(value, window), white);
  }
  return table;
}

/** Opaque, as the memory of little-endian machines has it; browsers run on no others. */
function pixelOf(grey: number, white: boolean): number {
  const shown = white ? 255 - grey : grey;
  return (0xff000000 | (shown << 16) | (shown << 8) | shown) >>> 0;
}
