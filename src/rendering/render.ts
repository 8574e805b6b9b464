/** Renders one frame to JPEG or PNG (PS3.18 section 8.7.4). */
import type { Sharp } from 'sharp';
import { sopClassName } from '../dicom/sop-classes.ts';
import { ArchiveError } from '../errors.ts';
import { renderColour } from './colour.ts';
import type { DecodedFrame } from './decode-frame.ts';
import { renderFloat } from './float-pixels.ts';
import { frameSamples } from './frame-samples.ts';
import { hasPixels, PIXEL_DATA } from './frame-table.ts';
import { renderGrayscale } from './grayscale.ts';
import { type Header, readHeader } from './header.ts';
import { type ImageFormat, imageFormat } from './image-format.ts';
import { InstanceSource } from './instance-source.ts';
import type { InstanceFile, Region, RenderedImage, RenderOptions } from './jobs.ts';
import { paintOverlays } from './overlay.ts';
import { renderPalette } from './palette.ts';

/**
 * Renders a frame once and encodes it in several sizes and formats; the frame and window of the first count for all.
 * @throws ArchiveError NOT_RENDERABLE with the reason, NOT_FOUND for a frame that is not there, PIXEL_DATA_DAMAGED
 */
export async function renderSizes(
  file: InstanceFile,
  sopClassUid: string,
  sizes: readonly [RenderOptions, ...RenderOptions[]],
): Promise<RenderedImage[]> {
  const [options] = sizes;
  const source = new InstanceSource(file);
  try {
    const header = readHeader(source);
    if (!hasPixels(header.dataSet)) {
      throw new ArchiveError('NOT_RENDERABLE', `${sopClassName(sopClassUid) ?? sopClassUid} has no pixels`);
    }
    const format = imageFormat(header.dataSet, options.frame);
    const raster = await rasterOf(source, header, format, options);
    const images: RenderedImage[] = [];
    for (const size of sizes) images.push(await encode(raster, format, size));
    return images;
  } finally {
    source.close();
  }
}

interface Raster {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly bytes: Buffer;
}

async function rasterOf(
  source: InstanceSource,
  header: Header,
  format: ImageFormat,
  options: RenderOptions,
): Promise<Raster> {
  const { dataSet } = header;
  if (dataSet.stoppedAt?.tag !== PIXEL_DATA) return renderFloat(source, header, format, options);
  const decoded = await frameSamples(source, header, format, options.frame);
  const { width, height } = decoded;
  const channels = decoded.samplesPerPixel === 1 && decoded.photometric !== 'PALETTE COLOR' ? 1 : 3;
  const bytes = toBytes(decoded, header, format, options);
  // Decoders give the data set's size with few exceptions, and the bytes may be the decoder's own.
  const painted = Buffer.from(bytes);
  paintOverlays(painted, channels, decoded, dataSet, options.frame, format);
  return { width, height, channels, bytes: painted };
}

function toBytes(decoded: DecodedFrame, { dataSet }: Header, format: ImageFormat, options: RenderOptions): Buffer {
  if (decoded.samplesPerPixel !== 1) return renderColour(decoded, format);
  if (decoded.photometric === 'PALETTE COLOR') return renderPalette(decoded, dataSet, format);
  return renderGrayscale(decoded, { dataSet, frame: options.frame, format }, options.window);
}

async function encode(raster: Raster, format: ImageFormat, options: RenderOptions): Promise<RenderedImage> {
  const part = shownPart(raster, options.region);
  const { width, height } = fittedSize(part, format.pixelAspect, options);
  let image: Sharp = (await loadSharp())(raster.bytes, {
    raw: { width: raster.width, height: raster.height, channels: raster.channels },
    limitInputPixels: false,
  });
  if (options.region) image = image.extract(part).flop(part.mirrored).flip(part.upsideDown);
  if (width !== part.width || height !== part.height) image = image.resize(width, height, { fit: 'fill' });
  if (raster.channels === 1) image = image.toColourspace('b-w');
  const bytes = await inFormat(image, options).toBuffer();
  return { bytes, mediaType: `image/${options.format}`, width, height };
}

function inFormat(image: Sharp, { format, quality }: RenderOptions): Sharp {
  if (format === 'png') return image.png({ compressionLevel: 6 });
  if (format === 'gif') return image.gif({ dither: 0 });
  return image.jpeg({ quality, chromaSubsampling: '4:4:4' });
}

interface Part {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly mirrored: boolean;
  readonly upsideDown: boolean;
}

/** The region cut to the image. @throws ArchiveError REQUEST_INVALID when it lies outside */
function shownPart(raster: Raster, region: Region = { left: 0, top: 0 }): Part {
  const left = Math.min(raster.width, Math.floor(region.left));
  const top = Math.min(raster.height, Math.floor(region.top));
  const width = Math.min(raster.width - left, Math.round(Math.abs(region.width ?? raster.width)));
  const height = Math.min(raster.height - top, Math.round(Math.abs(region.height ?? raster.height)));
  if (width < 1 || height < 1) throw new ArchiveError('REQUEST_INVALID', 'the region lies outside the image');
  return { left, top, width, height, mirrored: (region.width ?? 1) < 0, upsideDown: (region.height ?? 1) < 0 };
}

/** Pixels made square, then scaled down to fit into the viewport. */
function fittedSize(
  raster: { readonly width: number; readonly height: number },
  pixelAspect: number,
  { viewport }: RenderOptions,
): { width: number; height: number } {
  const square = {
    width: pixelAspect < 1 ? raster.width / pixelAspect : raster.width,
    height: pixelAspect > 1 ? raster.height * pixelAspect : raster.height,
  };
  const scale = viewport ? Math.min(1, viewport.width / square.width, viewport.height / square.height) : 1;
  return {
    width: Math.max(1, Math.min(65_000, Math.round(square.width * scale))),
    height: Math.max(1, Math.min(65_000, Math.round(square.height * scale))),
  };
}

let sharpModule: typeof import('sharp') | undefined;

/** Loaded with the first picture: most render workers only write metadata. */
async function loadSharp(): Promise<typeof import('sharp').default> {
  if (!sharpModule) {
    sharpModule = await import('sharp');
    sharpModule.default.cache(false);
    sharpModule.default.concurrency(1);
  }
  return sharpModule.default;
}
