/** WADO-RS: metadata of a study, series or instance (PS3.18 section 10.4.1.1.2). */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGunzip, gunzip } from 'node:zlib';
import type { Response } from 'express';
import { ArchiveError } from '../../errors.ts';
import type { MetadataSubject } from '../../rendering/metadata-text.ts';
import { BodyWriter, ClientGone, forbidCaching, pathParameter, sendBytes, serviceRoot } from './answer.ts';
import { brotliStream, compress, contentEncoding, type Encoding } from './content-encoding.ts';
import { type Door, type Exchange, instancesOf } from './door.ts';
import { negotiateJson } from './negotiate.ts';

const gunzipAsync = promisify(gunzip);

export async function retrieveMetadata(door: Door, exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  const contentType = negotiateJson(exchange.accept, exchange.acceptParameter);
  const { subject, study } = (await seriesAsked(door, exchange)) ?? (await instancesAsked(door, exchange));
  door.trail.opened(request, response, study);
  const text = door.rendering.metadata(subject, serviceRoot(request));
  forbidCaching(response);
  response.vary('Accept-Encoding');
  response.setHeader('ETag', text.etag);
  if (isKnown(request.get('if-none-match'), text.etag)) {
    response.status(304).end();
    return;
  }
  const compressed = await text.compressed();
  const encoding = contentEncoding(request);
  if (Buffer.isBuffer(compressed)) return sendWhole(response, contentType, compressed, encoding);
  await sendStream(response, contentType, compressed, encoding);
}

interface Asked {
  readonly subject: MetadataSubject;
  readonly study: { readonly studyInstanceUid: string; readonly patientId: string };
}

/** A whole series is answered from its file ids alone when its metadata is ready; undefined for any other resource. */
async function seriesAsked(door: Door, { request }: Exchange): Promise<Asked | undefined> {
  const [studyInstanceUid, seriesInstanceUid] = ['study', 'series'].map((name) => pathParameter(request, name));
  if (!studyInstanceUid || !seriesInstanceUid || pathParameter(request, 'instance') !== undefined) return undefined;
  const series = { studyInstanceUid, seriesInstanceUid };
  const files = await door.archive.retrieve.seriesFiles(series);
  if (!files) throw new ArchiveError('NOT_FOUND', 'no such study or series');
  const { fileIds, patientId } = files;
  const instances = () => door.archive.retrieve.instances(series);
  return { subject: { fileIds, series, instances }, study: { studyInstanceUid, patientId } };
}

async function instancesAsked(door: Door, { request }: Exchange): Promise<Asked> {
  const found = await instancesOf(door, request);
  const fileIds = found.map(({ fileId }) => fileId);
  return { subject: { fileIds, instances: async () => found }, study: found[0] };
}

async function sendWhole(response: Response, contentType: string, gzip: Buffer, encoding: Encoding): Promise<void> {
  if (encoding !== 'identity') response.setHeader('Content-Encoding', encoding);
  if (encoding === 'gzip') return sendBytes(response, contentType, gzip);
  const json = await gunzipAsync(gzip);
  sendBytes(response, contentType, encoding === 'br' ? await compress(json, 'br') : json);
}

async function sendStream(
  response: Response,
  contentType: string,
  compressed: AsyncIterable<Buffer>,
  encoding: Encoding,
): Promise<void> {
  // The first bytes come before the status line goes: what fails until then is still answered as a failure.
  const chunks = compressed[Symbol.asyncIterator]();
  const rest = continued(await chunks.next(), chunks);
  response.setHeader('Content-Type', contentType);
  if (encoding !== 'identity') response.setHeader('Content-Encoding', encoding);
  if (encoding === 'gzip') {
    const writer = new BodyWriter(response);
    for await (const chunk of rest) await writer.write(chunk);
    writer.end();
    return;
  }
  const stages = encoding === 'br' ? [createGunzip(), brotliStream()] : [createGunzip()];
  await pipeline([Readable.from(rest), ...stages, response]).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ERR_STREAM_PREMATURE_CLOSE' ? new ClientGone() : error;
  });
}

async function* continued(
  first: IteratorResult<Buffer>,
  rest: AsyncIterator<Buffer>,
): AsyncGenerator<Buffer, void, undefined> {
  try {
    for (let next = first; !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

/** A compressing proxy may have made the tag a weak one (RFC 9110 section 13.1.2). */
function isKnown(header: string | undefined, etag: string): boolean {
  return (header ?? '').split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag || tag.trim() === '*');
}
