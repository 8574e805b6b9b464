/** Sends contents as the body itself, with byte ranges, or as the parts of a multipart body. */
import { ArchiveError } from '../../errors.ts';
import { BodyWriter, forbidCaching } from './answer.ts';
import type { Content, Sending } from './content.ts';
import type { Exchange } from './door.ts';
import type { MultipartFraming } from './multipart-writer.ts';

export interface Part {
  readonly contentType: string;
  readonly location?: string;
  readonly content: Content;
}

const PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'";

/** One content as the body; honours a Range header of one range (RFC 9110 section 14). */
export async function sendSingle({ request, response }: Exchange, part: Part): Promise<void> {
  const { content, contentType, location } = part;
  forbidCaching(response);
  response.setHeader('Content-Type', contentType);
  // The browser's own PDF viewer is an embedded object with styles of its own.
  if (contentType === 'application/pdf') response.setHeader('Content-Security-Policy', PDF_POLICY);
  response.setHeader('Accept-Ranges', 'bytes');
  if (location !== undefined) response.setHeader('Content-Location', location);
  const range = requestedRange(request.get('range'), content.length);
  if (range === 'unsatisfiable') {
    response.status(416).setHeader('Content-Range', `bytes */${content.length}`);
    response.removeHeader('Content-Type');
    response.end();
    return;
  }
  const [start, end] = range ?? [0, content.length];
  if (range) response.status(206).setHeader('Content-Range', `bytes ${start}-${end - 1}/${content.length}`);
  response.setHeader('Content-Length', end - start);
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  const writer = new BodyWriter(response);
  await content.begin(start, end).send(writer);
  writer.end();
}

/** [start, end); undefined for no range, or one that we may ignore. */
function requestedRange(header: string | undefined, length: number): [number, number] | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  const [, first = '', last = ''] = match;
  const start = first === '' ? Math.max(0, length - Number(last)) : Number(first);
  const end = first === '' || last === '' ? length : Math.min(length, Number(last) + 1);
  return start >= end || start >= length ? 'unsatisfiable' : [start, end];
}

/** Parts whose bytes are being read while one is sent: the disk is never waited for, and few files are open. */
const READ_AHEAD = 2;

/**
 * All parts as multipart/related. Parts may be made one by one; when they are all there at once the body has a
 * Content-Length.
 */
export async function sendMultipart(
  { request, response }: Exchange,
  framing: MultipartFraming,
  parts: Iterable<Part> | AsyncIterable<Part>,
): Promise<void> {
  forbidCaching(response);
  response.setHeader('Content-Type', framing.contentType);
  if (Array.isArray(parts)) response.setHeader('Content-Length', multipartLength(framing, parts));
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  const writer = new BodyWriter(response);
  for await (const { part, sending } of begun(parts)) {
    writer.hold(framing.opening(openingOf(part)));
    await sending.send(writer);
    writer.hold(framing.closing);
  }
  writer.hold(framing.end);
  writer.end();
}

interface Begun {
  readonly part: Part;
  readonly sending: Sending;
}

/** Parts that are made one by one are asked for when it is their turn; of others the next ones begin early. */
async function* begun(parts: Iterable<Part> | AsyncIterable<Part>): AsyncGenerator<Begun> {
  const begin = (part: Part): Begun => ({ part, sending: part.content.begin(0, part.content.length) });
  if (Symbol.asyncIterator in parts) {
    for await (const part of parts) yield begin(part);
    return;
  }
  const ahead: Begun[] = [];
  try {
    for (const part of parts) {
      ahead.push(begin(part));
      if (ahead.length > READ_AHEAD) yield ahead.shift() as Begun;
    }
    for (let next = ahead.shift(); next; next = ahead.shift()) yield next;
  } finally {
    await Promise.all(ahead.map(({ sending }) => sending.drop()));
  }
}

function openingOf({ content, contentType, location }: Part) {
  return { contentType, length: content.length, ...(location !== undefined && { location }) };
}

function multipartLength(framing: MultipartFraming, parts: readonly Part[]): number {
  const bodies = parts.map(
    (part) => framing.opening(openingOf(part)).length + part.content.length + framing.closing.length,
  );
  return bodies.reduce((sum, length) => sum + length, framing.end.length);
}

/** Whole numbers divided by commas, as in '/frames/1,2'. @throws ArchiveError REQUEST_INVALID */
export function frameNumbers(text: string | undefined): number[] {
  if (!/^\d{1,9}(,\d{1,9})*$/.test(text ?? '')) throw new ArchiveError('REQUEST_INVALID', 'no list of frame numbers');
  const frames = (text as string).split(',').map(Number);
  if (frames.some((frame) => frame < 1)) throw new ArchiveError('REQUEST_INVALID', 'frames are counted from 1');
  if (frames.length > 10_000) throw new ArchiveError('REQUEST_INVALID', 'too many frames at once');
  return frames;
}
