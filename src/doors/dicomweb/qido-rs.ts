/** QIDO-RS: search for studies, series and instances (PS3.18 section 10.6). */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Request, Response } from 'express';
import type { QueryResult } from '../../archive/query.ts';
import { forbidCaching, pathParameter, sendBytes, serviceRoot } from './answer.ts';
import type { Door, Exchange } from './door.ts';
import { negotiateJson } from './negotiate.ts';
import { parseQido, type QidoScope } from './qido-parameters.ts';
import { withRetrieveUrls } from './retrieve-urls.ts';
import { MORE_RESULTS, setWarnings } from './warning.ts';

const gzipAsync = promisify(gzip);
/** On a LAN smaller answers are sent faster than they are compressed. */
const GZIP_FROM_BYTES = 65_536;

/** Answers 200 with a JSON array, empty when nothing matches. */
export async function search(door: Door, level: QidoScope['level'], exchange: Exchange): Promise<void> {
  const { request, response, parameters } = exchange;
  const contentType = negotiateJson(exchange.accept, exchange.acceptParameter);
  const { query, nothing, warnings, matchedOn } = parseQido(parameters, scopeOf(request, level));
  const result: QueryResult = nothing ? { json: '[]', count: 0 } : await door.archive.query(query);
  const root = serviceRoot(request);
  const truncated = result.after === undefined ? [] : [MORE_RESULTS];
  setWarnings(response, root, [...warnings, ...truncated]);
  forbidCaching(response);
  door.trail.searched(request, response, level, matchedOn, result.count);
  await sendJson(request, response, contentType, withRetrieveUrls(result.json, level, root));
}

function scopeOf(request: Request, level: QidoScope['level']): QidoScope {
  const study = pathParameter(request, 'study');
  const series = pathParameter(request, 'series');
  return {
    level,
    ...(study !== undefined && { studyInstanceUid: study }),
    ...(series !== undefined && { seriesInstanceUid: series }),
  };
}

async function sendJson(request: Request, response: Response, contentType: string, json: string): Promise<void> {
  const bytes = Buffer.from(json);
  response.vary('Accept-Encoding');
  if (bytes.length < GZIP_FROM_BYTES || request.acceptsEncodings(['gzip', 'identity']) !== 'gzip') {
    sendBytes(response, contentType, bytes);
    return;
  }
  const compressed = await gzipAsync(bytes, { level: 3 });
  response.setHeader('Content-Encoding', 'gzip');
  sendBytes(response, contentType, compressed);
}
