/** One frame as plain samples, whatever it was compressed with. */
import { createRequire } from 'node:module';
import { inflateHead } from '../dicom/inflate.ts';
import { transferSyntax } from '../dicom/transfer-syntaxes.ts';
import { ArchiveError } from '../errors.ts';
import { type Codestream, readJpeg2000Header, readJpegHeader } from './codestream.ts';
import type { ImageFormat } from './image-format.ts';
import { decodeRle } from './rle.ts';

/** Samples little endian, each in `bytesPerSample` bytes. */
export interface DecodedFrame {
  readonly width: number;
  readonly height: number;
  readonly samplesPerPixel: number;
  readonly bytesPerSample: number;
  readonly planar: boolean;
  /** As the samples are now, which after decoding may differ from the data set's. */
  readonly photometric: string;
  readonly samples: Buffer;
}

/** The part of dcmjs-imaging that we use: its WASM decoders. Text and data sets never go through it. */
interface NativeDecoder {
  initializeAsync(): Promise<void>;
  isInitialized(): boolean;
  release(): void;
  decodeJpeg(pixel: DecoderInput, data: Uint8Array): Uint8Array;
  decodeJpegLs(pixel: DecoderInput, data: Uint8Array): Uint8Array;
  decodeJpeg2000(pixel: DecoderInput, data: Uint8Array): Uint8Array;
  decodeJpegXl(pixel: DecoderInput, data: Uint8Array): Uint8Array;
}

type DecoderInput = ReturnType<typeof decoderInput>;
type Decode = (decoder: NativeDecoder, input: DecoderInput, data: Uint8Array) => Uint8Array;

const JPEG: Decode = (decoder, input, data) => decoder.decodeJpeg(input, data);
const JPEG_LS: Decode = (decoder, input, data) => decoder.decodeJpegLs(input, data);
const JPEG_2000: Decode = (decoder, input, data) => decoder.decodeJpeg2000(input, data);
const JPEG_XL: Decode = (decoder, input, data) => decoder.decodeJpegXl(input, data);

const CODECS: Readonly<Record<string, Decode>> = {
  'image/jpeg': JPEG,
  'image/jls': JPEG_LS,
  'image/jp2': JPEG_2000,
  'image/jphc': JPEG_2000,
  'image/jxl': JPEG_XL,
};
const RLE = 'image/dicom-rle';
/** Deflated Image Frame Compression (PS3.5 section A.4.13). */
const DEFLATED_FRAMES = '1.2.840.10008.1.2.8.1';

/**
 * Decodes a frame of an encapsulated transfer syntax.
 * @throws ArchiveError NOT_RENDERABLE when no decoder is there, PIXEL_DATA_DAMAGED when decoding fails
 */
export async function decodeFrame(bytes: Buffer, syntaxUid: string, format: ImageFormat): Promise<DecodedFrame> {
  const syntax = transferSyntax(syntaxUid);
  const mediaType = syntax?.mediaType ?? '';
  if (mediaType === 'application/octet-stream') return uncompressed(bytes, format);
  if (mediaType === RLE) return decodeRleFrame(bytes, format);
  if (syntaxUid === DEFLATED_FRAMES) return inflatedFrame(bytes, format);
  const decode = CODECS[mediaType];
  if (!decode) throw new ArchiveError('NOT_RENDERABLE', `no decoder for ${syntax?.name ?? syntaxUid}`);
  const stream = readCodestream(bytes, mediaType, format);
  const decoder = await loadDecoder();
  const samples = runDecoder(decoder, decode, stream, format, bytes);
  return asFrame(samples, stream, mediaType, format);
}

/** Native samples. */
export function uncompressed(bytes: Buffer, format: ImageFormat): DecodedFrame {
  return {
    width: format.columns,
    height: format.rows,
    samplesPerPixel: format.samplesPerPixel,
    bytesPerSample: Math.ceil(format.bitsAllocated / 8),
    planar: format.planar,
    photometric: format.photometric,
    samples: bytes,
  };
}

function decodeRleFrame(bytes: Buffer, format: ImageFormat): DecodedFrame {
  const { rows, columns, samplesPerPixel, bitsAllocated } = format;
  const samples = decodeRle(bytes, rows * columns, samplesPerPixel, Math.ceil(bitsAllocated / 8));
  // One segment has one byte per pixel, so in RLE even YBR_FULL_422 has all its colour samples.
  const photometric = format.photometric === 'YBR_FULL_422' ? 'YBR_FULL' : format.photometric;
  return { ...uncompressed(samples, format), planar: false, photometric };
}

function inflatedFrame(bytes: Buffer, format: ImageFormat): DecodedFrame {
  const { rows, columns, samplesPerPixel, bitsAllocated } = format;
  const length = Math.ceil((rows * columns * samplesPerPixel * bitsAllocated) / 8);
  const samples = inflateHead(bytes, length);
  if (samples.length < length) throw new ArchiveError('PIXEL_DATA_DAMAGED', 'the inflated frame is too short');
  return uncompressed(samples, format);
}

function readCodestream(bytes: Buffer, mediaType: string, format: ImageFormat): Codestream {
  if (mediaType === 'image/jpeg' || mediaType === 'image/jls') return checked(readJpegHeader(bytes));
  if (mediaType === 'image/jxl') {
    const { columns, rows, samplesPerPixel, bitsStored } = format;
    return { width: columns, height: rows, components: samplesPerPixel, precision: bitsStored };
  }
  return checked(readJpeg2000Header(bytes));
}

function checked(stream: Codestream): Codestream {
  const { width, height, components, precision } = stream;
  if (width < 1 || height < 1 || width * height > 1 << 27 || (components !== 1 && components !== 3) || precision > 16) {
    throw new ArchiveError('NOT_RENDERABLE', `${width} × ${height}, ${components} components of ${precision} bits`);
  }
  return stream;
}

function decoderInput(stream: Codestream, format: ImageFormat) {
  return {
    getWidth: () => stream.width,
    getHeight: () => stream.height,
    getBitsAllocated: () => (stream.precision > 8 ? 16 : 8),
    getBitsStored: () => stream.precision,
    getSamplesPerPixel: () => stream.components,
    getPixelRepresentation: () => (format.signed ? 1 : 0),
    getPlanarConfiguration: () => 0,
    getPhotometricInterpretation: () => (stream.components === 1 ? 'MONOCHROME2' : 'RGB'),
  };
}

function runDecoder(
  decoder: NativeDecoder,
  decode: Decode,
  stream: Codestream,
  format: ImageFormat,
  bytes: Buffer,
): Buffer {
  try {
    const samples = decode(decoder, decoderInput(stream, format), bytes);
    return Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  } catch (error) {
    // What the failed call had allocated is never given back: the next frame starts with a fresh module.
    decoder.release();
    throw new ArchiveError('PIXEL_DATA_DAMAGED', `cannot be decoded: ${(error as Error).message}`);
  }
}

function asFrame(samples: Buffer, stream: Codestream, mediaType: string, format: ImageFormat): DecodedFrame {
  const { width, height, components } = stream;
  const bytesPerSample = stream.precision > 8 ? 2 : 1;
  if (samples.length < width * height * components * bytesPerSample) {
    throw new ArchiveError('PIXEL_DATA_DAMAGED', 'the decoded frame is too short');
  }
  if (mediaType.startsWith('image/jp') && mediaType !== 'image/jpeg' && components === 3 && bytesPerSample === 2) {
    throw new ArchiveError('NOT_RENDERABLE', 'JPEG 2000 colour of more than 8 bits');
  }
  return {
    width,
    height,
    samplesPerPixel: components,
    bytesPerSample,
    planar: mediaType === 'image/jls' && stream.planar === true,
    photometric: decodedPhotometric(stream, mediaType, format),
    samples,
  };
}

/** The decoders undo a codestream's own colour transform in JPEG 2000 and JPEG XL, and leave that of JPEG to us. */
function decodedPhotometric(stream: Codestream, mediaType: string, format: ImageFormat): string {
  const { photometric } = format;
  if (stream.components === 1) return photometric;
  if (mediaType === 'image/jpeg' && stream.colours) return stream.colours === 'YBR' ? 'YBR_FULL' : 'RGB';
  if (photometric === 'YBR_ICT' || photometric === 'YBR_RCT' || photometric === 'XYB') return 'RGB';
  return photometric.startsWith('YBR_') ? 'YBR_FULL' : photometric;
}

let loaded: NativeDecoder | undefined;

/** The WASM module costs 15 MB and 70 ms, so it is loaded with the first compressed frame. */
async function loadDecoder(): Promise<NativeDecoder> {
  // The package is UMD, made for require().
  loaded ??= (createRequire(import.meta.url)('dcmjs-imaging') as { NativePixelDecoder: NativeDecoder })
    .NativePixelDecoder;
  if (!loaded.isInitialized()) await loaded.initializeAsync();
  return loaded;
}
