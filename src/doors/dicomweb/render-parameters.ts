/** Query parameters of rendered resources (PS3.18 section 8.3.5). */
import { ArchiveError } from '../../errors.ts';
import type { Region, Viewport, Window } from '../../rendering/jobs.ts';
import { DEFAULT_QUALITY } from '../../rendering/rendering.ts';
import { parameter, type QueryParameter } from './query-string.ts';

export interface RenderParameters {
  readonly quality: number;
  readonly viewport?: Viewport;
  readonly region?: Region;
  readonly window?: Window;
}

const MAX_SIDE = 16_384;
const SHAPES: Readonly<Record<string, Window['shape']>> = {
  linear: 'LINEAR',
  'linear-exact': 'LINEAR_EXACT',
  linear_exact: 'LINEAR_EXACT',
  sigmoid: 'SIGMOID',
};

/** @throws ArchiveError REQUEST_INVALID */
export function renderParameters(parameters: readonly QueryParameter[]): RenderParameters {
  const viewport = parameter(parameters, 'viewport');
  const window = windowOf(parameter(parameters, 'window'));
  return {
    quality: qualityOf(parameter(parameters, 'quality')),
    ...(viewport && viewportOf(viewport)),
    ...(window && { window }),
  };
}

export function qualityOf(text: string | undefined): number {
  if (text === undefined || text === '') return DEFAULT_QUALITY;
  const quality = Number(text);
  if (!Number.isInteger(quality) || quality < 1 || quality > 100) throw invalid('quality is 1 to 100');
  return quality;
}

/** 'width,height' and the part of the image that is shown: ',left,top,width,height', each of which may be empty. */
function viewportOf(text: string): { viewport: Viewport; region?: Region } {
  const [width, height, ...source] = text.split(',');
  const viewport = sizeOf(Number(width || Number.NaN), Number(height || Number.NaN));
  if (source.length > 4) throw invalid('viewport=width,height,left,top,width,height');
  if (source.every((number) => number.trim() === '')) return { viewport };
  const [left = 0, top = 0, regionWidth, regionHeight] = source.map((number) =>
    number.trim() === '' ? undefined : numberOf(number),
  );
  if (left < 0 || top < 0 || regionWidth === 0 || regionHeight === 0) throw invalid('the region is empty or outside');
  const size = { ...(regionWidth && { width: regionWidth }), ...(regionHeight && { height: regionHeight }) };
  return { viewport, region: { left, top, ...size } };
}

/** @throws ArchiveError REQUEST_INVALID when a side is no number of pixels */
export function sizeOf(width: number | undefined, height: number | undefined): Viewport {
  for (const side of [width, height]) {
    if (side === undefined || !Number.isInteger(side) || side < 1 || side > MAX_SIDE) {
      throw invalid(`width and height are 1 to ${MAX_SIDE} pixels`);
    }
  }
  return { width: width as number, height: height as number };
}

function windowOf(text: string | undefined): Window | undefined {
  if (text === undefined || text === '') return undefined;
  const [center, width, shape = 'linear'] = text.split(',');
  return makeWindow(center, width, shape);
}

/** @throws ArchiveError REQUEST_INVALID */
export function makeWindow(center: string | undefined, width: string | undefined, shape: string): Window {
  const window = { center: numberOf(center), width: numberOf(width), shape: SHAPES[shape.trim().toLowerCase()] };
  if (window.shape === undefined) throw invalid('the window is linear, linear-exact or sigmoid');
  if (window.width <= 0 || (window.shape === 'LINEAR' && window.width < 1)) throw invalid('the window is too narrow');
  return { ...window, shape: window.shape };
}

function numberOf(text: string | undefined): number {
  const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) throw invalid('not a number');
  return value;
}

function invalid(detail: string): ArchiveError {
  return new ArchiveError('REQUEST_INVALID', detail);
}
