/**
 * Reads a multipart body while it arrives (RFC 2046 section 5.1, PS3.18 section 8.6.1.2). Nothing but a few dozen bytes
 * is held back, so a part may be of any size. Preamble and epilogue are passed over; a body that ends without its
 * closing delimiter is an error, since its last part may have been cut.
 */
import { ArchiveError } from '../../errors.ts';

export type MultipartEvent =
  | { kind: 'part'; headers: ReadonlyMap<string, string> /* names in lower case */ }
  | { kind: 'bytes'; chunk: Buffer }
  | { kind: 'end-of-part' };

const MAX_HEADER_BYTES = 16_384;
const MAX_PREAMBLE_BYTES = 65_536;
const CRLF = Buffer.from('\r\n');
const BLANK_LINE = Buffer.from('\r\n\r\n');
const NOTHING = Buffer.alloc(0);

type State = 'preamble' | 'delimiter-tail' | 'headers' | 'body' | 'epilogue';

export class MultipartReader {
  readonly #delimiter: Buffer;
  #state: State = 'preamble';
  /** Bytes that may turn out to be the beginning of a delimiter, or a line not yet whole. */
  #held: Buffer = CRLF;
  /** How many bytes of #held were put there by us: a delimiter may stand first in a body, without a line before it. */
  #invented = 2;
  #preambleBytes = 0;

  constructor(boundary: string) {
    this.#delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  }

  /** What a chunk of the body brings. */
  *read(chunk: Buffer): Generator<MultipartEvent> {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#state === 'epilogue') return;
      if (this.#state === 'preamble' || this.#state === 'body') rest = yield* this.#upToDelimiter(rest);
      else if (this.#state === 'delimiter-tail') rest = this.#afterDelimiter(rest);
      else rest = yield* this.#headers(rest);
    }
  }

  /** To be called after the last chunk. */
  finish(): void {
    if (this.#state !== 'epilogue') throw invalid('the multipart body ends without its closing delimiter');
  }

  *#upToDelimiter(chunk: Buffer): Generator<MultipartEvent, Buffer> {
    if (this.#held.length > 0) {
      // Look at the seam first, so that a chunk is not copied for the sake of the few bytes held back.
      const seam = Buffer.concat([this.#held, chunk.subarray(0, this.#delimiter.length)]);
      const at = seam.indexOf(this.#delimiter);
      if (at >= 0 && at < this.#held.length) return yield* this.#delimiterFound(seam.subarray(0, at), chunk, at);
      if (chunk.length < this.#delimiter.length) return yield* this.#holdBack(Buffer.concat([this.#held, chunk]));
      yield* this.#passOn(this.#held);
      this.#held = NOTHING;
    }
    const at = chunk.indexOf(this.#delimiter);
    if (at < 0) return yield* this.#holdBack(chunk);
    yield* this.#passOn(chunk.subarray(0, at));
    yield* this.#closePart();
    return chunk.subarray(at + this.#delimiter.length);
  }

  *#delimiterFound(before: Buffer, chunk: Buffer, at: number): Generator<MultipartEvent, Buffer> {
    const taken = at + this.#delimiter.length - this.#held.length;
    yield* this.#passOn(before);
    yield* this.#closePart();
    return chunk.subarray(taken);
  }

  *#closePart(): Generator<MultipartEvent> {
    if (this.#state === 'body') yield { kind: 'end-of-part' };
    this.#state = 'delimiter-tail';
    this.#held = NOTHING;
    this.#invented = 0;
  }

  /** Passes on all but a possible beginning of a delimiter at the end. */
  *#holdBack(bytes: Buffer): Generator<MultipartEvent, Buffer> {
    const from = Math.max(0, bytes.length - this.#delimiter.length + 1);
    const cr = bytes.subarray(from).indexOf(0x0d);
    const keep = cr < 0 ? bytes.length : from + cr;
    yield* this.#passOn(bytes.subarray(0, keep));
    this.#held = bytes.subarray(keep);
    return NOTHING;
  }

  *#passOn(bytes: Buffer): Generator<MultipartEvent> {
    const own = Math.min(this.#invented, bytes.length);
    this.#invented -= own;
    const chunk = bytes.subarray(own);
    if (this.#state === 'body' && chunk.length > 0) yield { kind: 'bytes', chunk };
    if (this.#state === 'preamble') {
      this.#preambleBytes += chunk.length;
      if (this.#preambleBytes > MAX_PREAMBLE_BYTES) throw invalid('the boundary does not occur in the body');
    }
  }

  /** After a delimiter: '--' closes the body, spaces and a line end open a part. */
  #afterDelimiter(chunk: Buffer): Buffer {
    const line = this.#held.length > 0 ? Buffer.concat([this.#held, chunk]) : chunk;
    if (line.length >= 2 && line[0] === 0x2d && line[1] === 0x2d) {
      this.#state = 'epilogue';
      return NOTHING;
    }
    const end = line.indexOf(CRLF);
    if (end < 0 || end > MAX_HEADER_BYTES) {
      if (line.length > MAX_HEADER_BYTES) throw invalid('a delimiter line does not end');
      this.#held = line;
      return NOTHING;
    }
    if (line.subarray(0, end).toString('latin1').trim() !== '') throw invalid('a delimiter line is malformed');
    this.#state = 'headers';
    // The line end stays: a part without headers has its blank line right here.
    this.#held = NOTHING;
    return line.subarray(end);
  }

  *#headers(chunk: Buffer): Generator<MultipartEvent, Buffer> {
    const block = this.#held.length > 0 ? Buffer.concat([this.#held, chunk]) : chunk;
    const end = block.indexOf(BLANK_LINE);
    if ((end < 0 && block.length > MAX_HEADER_BYTES) || end > MAX_HEADER_BYTES) {
      throw invalid('the headers of a part are too long');
    }
    if (end < 0) {
      this.#held = block;
      return NOTHING;
    }
    this.#state = 'body';
    this.#held = CRLF;
    this.#invented = 2;
    yield { kind: 'part', headers: parseHeaders(block.subarray(0, end).toString('latin1')) };
    return block.subarray(end + BLANK_LINE.length);
  }
}

function parseHeaders(block: string): Map<string, string> {
  const headers = new Map<string, string>();
  for (const line of block.replace(/\r\n[ \t]+/g, ' ').split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return headers;
}

function invalid(detail: string): ArchiveError {
  return new ArchiveError('REQUEST_INVALID', detail);
}
