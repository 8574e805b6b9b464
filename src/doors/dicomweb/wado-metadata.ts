/** WADO-RS: metadata of a study, series or instance (PS3.18 section 10.4.1.1.2). */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { BodyWriter, ClientGone, forbidCaching, serviceRoot } from './answer.ts';
import { brotliStream, contentEncoding } from './content-encoding.ts';
import { type Door, type Exchange, instancesOf } from './door.ts';
import { negotiateJson } from './negotiate.ts';

export async function retrieveMetadata(door: Door, exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  const contentType = negotiateJson(exchange.accept, exchange.acceptParameter);
  const instances = await instancesOf(door, request);
  door.trail.opened(request, response, instances[0]);
  const { series, instance } = request.params;
  const wholeSeries = series !== undefined && instance === undefined;
  const text = door.rendering.metadata(instances, serviceRoot(request), wholeSeries);
  forbidCaching(response);
  response.vary('Accept-Encoding');
  response.setHeader('ETag', text.etag);
  if (isKnown(request.get('if-none-match'), text.etag)) {
    response.status(304).end();
    return;
  }
  // The first bytes come before the status line goes: what fails until then is still answered as a failure.
  const chunks = text.compressed()[Symbol.asyncIterator]();
  const first = await chunks.next();
  response.setHeader('Content-Type', contentType);
  const rest = continued(first, chunks);
  const encoding = contentEncoding(request);
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
