/** WADO-RS: frames as they are stored, by offset and never decoded (PS3.18 section 10.4.1.1.6). */
import type { StoredInstance } from '../../archive/retrieve.ts';
import { type FrameTable, rangesOfFrame } from '../../rendering/frame-table.ts';
import { clientSignal, pathParameter } from './answer.ts';
import { type Content, contentOfBytes, contentOfRanges } from './content.ts';
import { type Door, type Exchange, instancesOf } from './door.ts';
import { MultipartFraming } from './multipart-writer.ts';
import { negotiateOctets } from './negotiate.ts';
import { frameNumbers, type Part, sendMultipart, sendSingle } from './send-content.ts';

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
  const { request, response } = exchange;
  const { mediaType, transferSyntaxUid } = table;
  const { multipart } = negotiateOctets(exchange.accept, exchange.acceptParameter, table, frames.length === 1);
  // Every frame is looked up before the first byte is sent.
  const ranges = frames.map((frame) => rangesOfFrame(table, frame, instance.dataSetLength));
  door.trail.opened(request, response, instance);
  const contentType = `${mediaType}; transfer-syntax=${transferSyntaxUid}`;
  const stored = ranges.flatMap((range): Content[] =>
    range ? [contentOfRanges(door.archive.retrieve, instance, range)] : [],
  );
  const parts =
    stored.length === frames.length
      ? stored.map((content): Part => ({ contentType, content }))
      : madeParts(door, exchange, instance, table, frames, contentType);
  if (multipart) {
    const framing = new MultipartFraming(mediaType, `; transfer-syntax=${transferSyntaxUid}`);
    return sendMultipart(exchange, framing, parts);
  }
  for await (const part of parts) return sendSingle(exchange, part);
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
