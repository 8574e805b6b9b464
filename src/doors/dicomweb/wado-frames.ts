/** WADO-RS: frames, as they are stored or in another transfer syntax (PS3.18 section 10.4.1.1.6). */
import type { StoredInstance } from '../../archive/retrieve.ts';
import { transferSyntax } from '../../dicom/transfer-syntaxes.ts';
import { ArchiveError } from '../../errors.ts';
import { type FrameTable, rangesOfFrame } from '../../rendering/frame-table.ts';
import { clientSignal, pathParameter } from './answer.ts';
import { type Content, contentOfBytes, contentOfRanges } from './content.ts';
import { type Door, type Exchange, instancesOf } from './door.ts';
import { MultipartFraming } from './multipart-writer.ts';
import { negotiateFrames, type SyntaxChoice } from './negotiate.ts';
import { frameNumbers, type Part, sendMultipart, sendSingle } from './send-content.ts';
import { CANNOT_BE_TRANSCODED } from './transcoded-part.ts';

/** Bytes of frames that workers make ahead of the client. */
const MADE_AT_ONCE = 32 << 20;

export async function retrieveFrames(door: Door, exchange: Exchange): Promise<void> {
  const frames = frameNumbers(pathParameter(exchange.request, 'frames'));
  const [instance] = await instancesOf(door, exchange.request);
  const table = await door.rendering.frameTable(instance);
  await sendFrames(door, exchange, instance, table, frames);
}

/** @throws ArchiveError NOT_FOUND for a frame that is not there, NOT_ACCEPTABLE, PIXEL_DATA_DAMAGED */
export async function sendFrames(
  door: Door,
  exchange: Exchange,
  instance: StoredInstance,
  table: FrameTable,
  frames: readonly number[],
): Promise<void> {
  const choice = negotiateFrames(exchange.accept, exchange.acceptParameter, table, frames.length === 1);
  // Every frame is looked up before the first byte is sent.
  const ranges = frames.map((frame) => rangesOfFrame(table, frame, instance.dataSetLength));
  const transcoded =
    choice.syntaxUid === 'stored' || choice.syntaxUid === table.transferSyntaxUid
      ? undefined
      : await transcodedFrames(door, exchange, instance, frames, choice);
  door.trail.opened(exchange.request, exchange.response, instance);
  const { mediaType, transferSyntaxUid } = transcoded ?? table;
  const contentType = `${mediaType}; transfer-syntax=${transferSyntaxUid}`;
  const parts = transcoded
    ? partsOf(transcoded.frames, contentType)
    : storedParts(door, exchange, instance, { table, frames, ranges, contentType });
  if (choice.multipart) {
    const framing = new MultipartFraming(mediaType, `; transfer-syntax=${transferSyntaxUid}`);
    return sendMultipart(exchange, framing, parts);
  }
  for await (const part of parts) return sendSingle(exchange, part);
}

interface FramesInSyntax {
  readonly mediaType: string;
  readonly transferSyntaxUid: string;
  readonly frames: AsyncIterable<Uint8Array>;
}

/**
 * Frames in another transfer syntax, of which the first is made at once. Undefined: they cannot be had so, and the client
 * has not insisted.
 * @throws ArchiveError NOT_ACCEPTABLE with the reason
 */
async function transcodedFrames(
  door: Door,
  { response }: Exchange,
  instance: StoredInstance,
  [first = 1, ...others]: readonly number[],
  { syntaxUid, named }: SyntaxChoice,
): Promise<FramesInSyntax | undefined> {
  const signal = clientSignal(response);
  const make = (frame: number) => door.rendering.frameIn(instance, frame, syntaxUid, signal);
  const made = await make(first).catch((error: unknown) => {
    if (!(error instanceof ArchiveError) || !CANNOT_BE_TRANSCODED.has(error.code)) throw error;
    if (!named) return undefined;
    throw new ArchiveError('NOT_ACCEPTABLE', `as ${syntaxUid} not: ${error.detail}`, { cause: error });
  });
  if (!made) return undefined;
  const frames = async function* () {
    yield made;
    for (const frame of others) yield await make(frame);
  };
  const mediaType = transferSyntax(syntaxUid)?.mediaType ?? 'application/octet-stream';
  return { mediaType, transferSyntaxUid: syntaxUid, frames: frames() };
}

async function* partsOf(frames: AsyncIterable<Uint8Array>, contentType: string): AsyncGenerator<Part> {
  for await (const bytes of frames) yield { contentType, content: contentOfBytes(bytes) };
}

interface StoredFrames {
  readonly table: FrameTable;
  readonly frames: readonly number[];
  readonly ranges: readonly ([number, number][] | undefined)[];
  readonly contentType: string;
}

function storedParts(
  door: Door,
  exchange: Exchange,
  instance: StoredInstance,
  { table, frames, ranges, contentType }: StoredFrames,
): Part[] | AsyncGenerator<Part> {
  const stored = ranges.flatMap((range): Content[] =>
    range ? [contentOfRanges(door.archive.retrieve, instance, range)] : [],
  );
  return stored.length === frames.length
    ? stored.map((content): Part => ({ contentType, content }))
    : madeParts(door, exchange, instance, table, frames, contentType);
}

async function* madeParts(
  door: Door,
  { response }: Exchange,
  instance: StoredInstance,
  { layout }: FrameTable,
  frames: readonly number[],
  contentType: string,
): AsyncGenerator<Part> {
  const signal = clientSignal(response);
  const size = layout.kind === 'made' ? layout.frameLength : 1;
  const atOnce = Math.max(1, Math.floor(MADE_AT_ONCE / size));
  for (let i = 0; i < frames.length; i += atOnce) {
    const made = await door.rendering.frameBytes(instance, frames.slice(i, i + atOnce), signal);
    for (const bytes of made) yield { contentType, content: contentOfBytes(bytes) };
  }
}
