/** Compression of JSON answers (RFC 9110 section 8.4). */
import { promisify } from 'node:util';
import { brotliCompress, constants, createBrotliCompress, gzip } from 'node:zlib';
import type { Request } from 'express';

export type Encoding = 'gzip' | 'br' | 'identity';

const gzipAsync = promisify(gzip);
const brotliAsync = promisify(brotliCompress);
/** Levels at which JSON is compressed faster than a LAN carries it. */
const GZIP_LEVEL = 3;
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };

/** gzip where the client takes both: metadata lies ready in it. */
export function contentEncoding(request: Request): Encoding {
  const accepted = request.acceptsEncodings(['gzip', 'br', 'identity']);
  return accepted === 'gzip' || accepted === 'br' ? accepted : 'identity';
}

/** Compresses in zlib's own threads. */
export function compress(bytes: Buffer, encoding: Exclude<Encoding, 'identity'>): Promise<Buffer> {
  return encoding === 'br' ? brotliAsync(bytes, BROTLI) : gzipAsync(bytes, { level: GZIP_LEVEL });
}

export function brotliStream(): ReturnType<typeof createBrotliCompress> {
  return createBrotliCompress(BROTLI);
}
