/** One frame compressed without loss (PS3.5 sections 8.2 and A.4). */
import { createRequire } from 'node:module';
import { ArchiveError } from '../errors.ts';
import { decodeFrame } from './decode-frame.ts';
import type { ImageFormat } from './image-format.ts';
import { type NativeSamples, nativeSamples } from './native-samples.ts';

/** The part of dcmjs-codecs that we use: its WASM encoders. */
interface Codecs {
  readonly Context: new (attributes: object) => object;
  readonly NativeCodecs: Record<Encoder, Encode> & {
    initializeAsync(): Promise<void>;
    isInitialized(): boolean;
    release(): void;
  };
}
type Encode = (context: object, parameters: object) => { getEncodedBuffer(): Uint8Array };
type Encoder = 'encodeRle' | 'encodeJpeg' | 'encodeJpegLs' | 'encodeJpeg2000' | 'encodeHtJpeg2000';

/** For each of `COMPRESSIBLE_TO`. */
const ENCODERS: Readonly<Record<string, Encoder>> = {
  '1.2.840.10008.1.2.5': 'encodeRle',
  '1.2.840.10008.1.2.4.57': 'encodeJpeg',
  '1.2.840.10008.1.2.4.70': 'encodeJpeg',
  '1.2.840.10008.1.2.4.80': 'encodeJpegLs',
  '1.2.840.10008.1.2.4.90': 'encodeJpeg2000',
  '1.2.840.10008.1.2.4.201': 'encodeHtJpeg2000',
};

/** No colour transform in JPEG 2000: Photometric Interpretation stays, and rounding takes nothing. */
const PARAMETERS = { lossy: false, predictor: 1, pointTransform: 0, allowMct: 0 };

/**
 * Compresses a frame and proves it by decoding: what comes back differs in no bit.
 * @throws ArchiveError NOT_RENDERABLE when this image cannot be compressed to that transfer syntax without loss
 */
export async function encodeFrame(samples: NativeSamples, format: ImageFormat, syntaxUid: string): Promise<Buffer> {
  const encoder = ENCODERS[syntaxUid];
  if (encoder === undefined) throw new ArchiveError('NOT_RENDERABLE', `no encoder for ${syntaxUid}`);
  const { bitsAllocated, samplesPerPixel } = format;
  if ((bitsAllocated !== 8 && bitsAllocated !== 16) || (samplesPerPixel !== 1 && samplesPerPixel !== 3)) {
    throw new ArchiveError('NOT_RENDERABLE', `${samplesPerPixel} samples of ${bitsAllocated} bits`);
  }
  const encoded = await encode(encoder, samples, format);
  const described = { ...format, photometric: samples.photometric, planar: false };
  const back = nativeSamples(await decodeFrame(encoded, syntaxUid, described), described, syntaxUid);
  if (back.photometric !== samples.photometric || !back.bytes.equals(samples.bytes)) {
    throw new ArchiveError('NOT_RENDERABLE', `${syntaxUid} would not keep every bit of this image`);
  }
  return encoded;
}

async function encode(encoder: Encoder, { bytes }: NativeSamples, format: ImageFormat): Promise<Buffer> {
  const { Context, NativeCodecs } = await loadCodecs();
  const context = new Context({
    width: format.columns,
    height: format.rows,
    bitsAllocated: format.bitsAllocated,
    bitsStored: format.bitsStored,
    samplesPerPixel: format.samplesPerPixel,
    pixelRepresentation: format.signed ? 1 : 0,
    planarConfiguration: 0,
    photometricInterpretation: format.samplesPerPixel === 1 ? 'MONOCHROME2' : 'RGB',
    decodedBuffer: bytes,
  });
  try {
    const encoded = NativeCodecs[encoder](context, PARAMETERS).getEncodedBuffer();
    return Buffer.from(encoded.buffer, encoded.byteOffset, encoded.byteLength);
  } catch (error) {
    NativeCodecs.release(); // see decode-frame.ts
    throw new ArchiveError('NOT_RENDERABLE', `cannot be compressed: ${(error as Error).message}`);
  }
}

let loaded: Codecs | undefined;

async function loadCodecs(): Promise<Codecs> {
  loaded ??= createRequire(import.meta.url)('dcmjs-codecs') as Codecs;
  if (!loaded.NativeCodecs.isInitialized()) await loaded.NativeCodecs.initializeAsync();
  return loaded;
}
