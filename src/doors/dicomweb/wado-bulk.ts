/** WADO-RS: the value behind a BulkDataURI (PS3.18 section 10.4.1.1.5). */
import type { StoredInstance } from '../../archive/retrieve.ts';
import { EXPLICIT_LE } from '../../dicom/transfer-syntaxes.ts';
import type { BulkValue } from '../../rendering/jobs.ts';
import { pathParameter } from './answer.ts';
import { contentOfBytes, contentOfRanges } from './content.ts';
import { type Door, type Exchange, instancesOf } from './door.ts';
import { MultipartFraming } from './multipart-writer.ts';
import { negotiateOctets } from './negotiate.ts';
import { type Part, sendMultipart, sendSingle } from './send-content.ts';
import { sendFrames } from './wado-frames.ts';

const PIXEL_DATA = '7FE00010';

export async function retrieveBulk(door: Door, exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  const path = (pathParameter(request, 'path') ?? '').toUpperCase();
  const [instance] = await instancesOf(door, request);
  if (path === PIXEL_DATA) {
    const table = await door.rendering.frameTable(instance);
    if (table.layout.kind === 'fragments') {
      const all = Array.from({ length: table.frameCount }, (_, i) => i + 1);
      return sendFrames(door, exchange, instance, table, all);
    }
  }
  const value = await door.rendering.bulk(instance, path);
  door.trail.opened(request, response, instance);
  const stored = { mediaType: value.mediaType, transferSyntaxUid: EXPLICIT_LE };
  const { multipart } = negotiateOctets(exchange.accept, exchange.acceptParameter, stored, true);
  const part = bulkPart(door, instance, value);
  if (!multipart) return sendSingle(exchange, part);
  await sendMultipart(exchange, new MultipartFraming(value.mediaType), [part]);
}

export function bulkPart(door: Door, instance: StoredInstance, value: BulkValue): Part {
  const content =
    value.kind === 'bytes'
      ? contentOfBytes(value.bytes)
      : contentOfRanges(door.archive.retrieve, instance, [[value.start, value.end]]);
  return { contentType: value.mediaType, content };
}
