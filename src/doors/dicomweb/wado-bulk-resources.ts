/** WADO-RS: all bulk data, or all pixel data, of a study, series or instance (PS3.18 sections 10.4.1.1.5 and 10.4.1.1.7). */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { StoredInstance } from '../../archive/retrieve.ts';
import { EXPLICIT_LE } from '../../dicom/transfer-syntaxes.ts';
import { ArchiveError } from '../../errors.ts';
import { rangesOfFrame } from '../../rendering/frame-table.ts';
import { serviceRoot } from './answer.ts';
import { contentOfRanges } from './content.ts';
import { type Door, type Exchange, instancesOf } from './door.ts';
import { MultipartFraming } from './multipart-writer.ts';
import { negotiateOctets } from './negotiate.ts';
import { type Part, sendMultipart } from './send-content.ts';
import { bulkPart } from './wado-bulk.ts';

const OCTETS = 'application/octet-stream';
const PIXEL_DATA = '7FE00010';
const gunzipAsync = promisify(gunzip);

type Json = Record<string, { vr: string; Value?: unknown[]; BulkDataURI?: string }>;

/** Each value is a part under its own URL; what cannot be read is left out. @throws ArchiveError NOT_FOUND when there is none */
export async function retrieveAllBulk(door: Door, exchange: Exchange, pixelsOnly: boolean): Promise<void> {
  const { request, response } = exchange;
  const stored = { mediaType: OCTETS, transferSyntaxUid: EXPLICIT_LE };
  negotiateOctets(exchange.accept, exchange.acceptParameter, stored, false);
  const instances = await instancesOf(door, request);
  const parts = partsOf(door, instances, serviceRoot(request), pixelsOnly);
  // The first part comes before the status line goes.
  const first = await parts.next();
  if (first.done) throw new ArchiveError('NOT_FOUND', pixelsOnly ? 'there is no pixel data' : 'there is no bulk data');
  door.trail.opened(request, response, instances[0]);
  const all = async function* () {
    yield first.value;
    yield* parts;
  };
  await sendMultipart(exchange, new MultipartFraming(OCTETS), all());
}

async function* partsOf(
  door: Door,
  instances: readonly StoredInstance[],
  root: string,
  pixelsOnly: boolean,
): AsyncGenerator<Part, undefined> {
  for (const instance of instances) {
    const paths = pixelsOnly ? [PIXEL_DATA] : await bulkPaths(door, instance, root);
    for (const path of paths) {
      try {
        yield* valueParts(door, instance, path, root);
      } catch (error) {
        if (!(error instanceof ArchiveError)) throw error;
      }
    }
  }
}

/** Pixel data that is compressed comes frame by frame, anything else as the one value that it is. */
async function* valueParts(door: Door, instance: StoredInstance, path: string, root: string): AsyncGenerator<Part> {
  const { studyInstanceUid, seriesInstanceUid, sopInstanceUid, dataSetLength } = instance;
  const url = `${root}/studies/${studyInstanceUid}/series/${seriesInstanceUid}/instances/${sopInstanceUid}`;
  const table = path === PIXEL_DATA ? await door.rendering.frameTable(instance) : undefined;
  if (table?.layout.kind !== 'fragments') {
    const part = bulkPart(door, instance, await door.rendering.bulk(instance, path));
    yield { ...part, location: `${url}/bulkdata/${path}` };
    return;
  }
  const contentType = `${table.mediaType}; transfer-syntax=${table.transferSyntaxUid}`;
  for (let frame = 1; frame <= table.frameCount; frame++) {
    const ranges = rangesOfFrame(table, frame, dataSetLength) ?? [];
    const content = contentOfRanges(door.archive.retrieve, instance, ranges);
    yield { contentType, content, location: `${url}/frames/${frame}` };
  }
}

/** Paths of the values that the metadata of the instance names. */
async function bulkPaths(door: Door, instance: StoredInstance, root: string): Promise<string[]> {
  const subject = { fileIds: [instance.fileId], instances: async () => [instance] };
  const gzip = (await door.rendering.metadata(subject, root).compressed()) as Buffer;
  const [object] = JSON.parse((await gunzipAsync(gzip)).toString()) as [Json];
  return urisIn(object).map((uri) => uri.slice(uri.indexOf('/bulkdata/') + '/bulkdata/'.length));
}

function urisIn(object: Json): string[] {
  return Object.values(object).flatMap(({ vr, Value, BulkDataURI }) => {
    if (BulkDataURI !== undefined) return [BulkDataURI];
    return vr === 'SQ' ? ((Value ?? []) as Json[]).flatMap(urisIn) : [];
  });
}
