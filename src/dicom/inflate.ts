/** Deflated data sets, opened with a cap so that a small file cannot fill the memory (PS3.5 section A.5). */
import { constants, createInflate, createInflateRaw, type InflateRaw, inflateRawSync, inflateSync } from 'node:zlib';
import { DataSetError } from './data-set.ts';

/** First slice of input that `inflateHead` tries; deflate expands at most 1032 times. */
const FIRST_SLICE = 2048;
/** Pieces in which zlib's threads hand over; a cut stream is taken as far as it goes. */
const CHUNKS = { chunkSize: 1 << 18, finishFlush: constants.Z_SYNC_FLUSH };

/**
 * Inflates a whole deflated data set. Some writers put a zlib wrapper around it, which is accepted.
 * @param maxBytes most bytes of the result
 * @throws DataSetError 'inflated-too-large' above `maxBytes`, 'malformed' when it is no deflate stream
 */
export function inflateDataSet(bytes: Uint8Array, maxBytes: number): Buffer {
  const inflated = inflate(bytes, maxBytes, constants.Z_FINISH);
  if (inflated === undefined) {
    throw new DataSetError('inflated-too-large', `inflates to more than ${maxBytes} bytes`);
  }
  return inflated;
}

/**
 * Inflates the beginning: whole when it fits into `maxBytes`, else at most `maxBytes` of it. The input may be cut.
 * Never holds more than a few times `maxBytes`.
 * @throws DataSetError 'malformed' when the bytes are no deflate stream
 */
export function inflateHead(bytes: Uint8Array, maxBytes: number): Buffer {
  const cap = Math.max(maxBytes * 2, FIRST_SLICE * 1100);
  let good: Buffer = Buffer.alloc(0);
  let taken = 0;
  let step = FIRST_SLICE;
  while (taken < bytes.length && good.length < maxBytes && step > 0) {
    const end = Math.min(bytes.length, taken + step);
    const inflated = inflate(bytes.subarray(0, end), cap, constants.Z_SYNC_FLUSH);
    if (inflated === undefined) {
      step >>= 1; // too much at once: the same place again with a smaller step
    } else {
      good = inflated;
      taken = end;
      step *= 2;
    }
  }
  return good.subarray(0, maxBytes);
}

/**
 * The same in zlib's threads, for whoever shares the event loop.
 * @throws DataSetError 'malformed' when the bytes are no deflate stream
 */
export async function inflateHeadInThread(bytes: Uint8Array, maxBytes: number): Promise<Buffer> {
  const own = Buffer.from(bytes); // zlib reads later, when the memory may be used for something else
  const head =
    (await inflateUpTo(createInflateRaw(CHUNKS), own, maxBytes)) ??
    (await inflateUpTo(createInflate(CHUNKS), own, maxBytes));
  if (head === undefined) throw new DataSetError('malformed', 'not a deflate stream');
  return head;
}

/** Undefined when the stream is damaged before that many bytes. The input may be cut. */
async function inflateUpTo(stream: InflateRaw, bytes: Uint8Array, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    stream.end(bytes);
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= maxBytes) break;
    }
  } catch {
    return undefined;
  } finally {
    stream.destroy();
  }
  return Buffer.concat(chunks).subarray(0, maxBytes);
}

/** The inflated bytes, or undefined when they are more than `maxBytes`. */
function inflate(bytes: Uint8Array, maxBytes: number, finishFlush: number): Buffer | undefined {
  const options = { maxOutputLength: Math.max(1, maxBytes), finishFlush };
  try {
    return inflateRawSync(bytes, options);
  } catch (error) {
    if (isTooLarge(error)) return undefined;
  }
  try {
    return inflateSync(bytes, options);
  } catch (error) {
    if (isTooLarge(error)) return undefined;
    throw new DataSetError('malformed', 'not a deflate stream');
  }
}

function isTooLarge(error: unknown): boolean {
  return error instanceof RangeError && (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
}
