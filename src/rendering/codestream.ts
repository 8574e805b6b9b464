/**
 * What a compressed frame says about itself. The decoders trust the size that they are told, so it has to be the
 * codestream's own and not the data set's: with a wrong one they would read beyond the image.
 */
import { ArchiveError } from '../errors.ts';

export interface Codestream {
  readonly width: number;
  readonly height: number;
  readonly components: number;
  /** Bits of a sample. */
  readonly precision: number;
  /** JPEG: what the APP markers say about the colours; undefined when they say nothing. */
  readonly colours?: 'YBR' | 'RGB';
  /** JPEG-LS: components one after the other. */
  readonly planar?: boolean;
}

/** Reads the header of a JPEG or JPEG-LS frame (ISO/IEC 10918-1 B.2, 14495-1 C.2). */
export function readJpegHeader(bytes: Buffer): Codestream {
  let colours: 'YBR' | 'RGB' | undefined;
  let frame: Omit<Codestream, 'colours'> | undefined;
  for (const { marker, segment } of segments(bytes)) {
    if (marker === 0xe0 && segment.toString('latin1', 0, 4) === 'JFIF') colours = 'YBR';
    if (marker === 0xee && segment.toString('latin1', 0, 5) === 'Adobe') colours = segment[11] === 0 ? 'RGB' : 'YBR';
    if (isStartOfFrame(marker) && segment.length >= 6) frame = startOfFrame(segment);
    if (marker === 0xda && frame) {
      const planar = frame.components > 1 && segment[0] === 1;
      return { ...frame, planar, ...(colours === undefined ? {} : { colours }) };
    }
  }
  throw new ArchiveError('PIXEL_DATA_DAMAGED', 'no JPEG frame header');
}

function* segments(bytes: Buffer): Generator<{ marker: number; segment: Buffer }> {
  let at = bytes.indexOf(Buffer.from([0xff, 0xd8]));
  if (at < 0) return;
  at += 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) return;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at++; // fill byte
      continue;
    }
    const length = bytes.readUInt16BE(at + 2);
    yield { marker, segment: bytes.subarray(at + 4, at + 2 + length) };
    at += 2 + length;
  }
}

function isStartOfFrame(marker: number): boolean {
  return marker === 0xf7 || (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc);
}

function startOfFrame(segment: Buffer): Codestream {
  return {
    precision: segment[0] ?? 0,
    height: segment.readUInt16BE(1),
    width: segment.readUInt16BE(3),
    components: segment[5] ?? 0,
  };
}

/** Reads the SIZ segment of a JPEG 2000 codestream, in a JP2 box or bare (ISO/IEC 15444-1 A.5.1). */
export function readJpeg2000Header(bytes: Buffer): Codestream {
  const at = bytes.indexOf(Buffer.from('ff4fff51', 'hex'));
  const siz = bytes.subarray(at + 4);
  if (at < 0 || siz.length < 41) throw new ArchiveError('PIXEL_DATA_DAMAGED', 'no JPEG 2000 codestream header');
  const components = siz.readUInt16BE(36);
  for (let i = 0; i < components; i++) {
    // The decoder takes it that every component has a sample for every pixel.
    if (siz[39 + 3 * i] !== 1 || siz[40 + 3 * i] !== 1) {
      throw new ArchiveError('NOT_RENDERABLE', 'JPEG 2000 with subsampled components');
    }
  }
  return {
    width: siz.readUInt32BE(4) - siz.readUInt32BE(12),
    height: siz.readUInt32BE(8) - siz.readUInt32BE(16),
    components,
    precision: ((siz[38] ?? 0) & 0x7f) + 1,
  };
}
