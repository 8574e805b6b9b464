/** QIDO-RS: search for studies, series and instances (PS3.18 section 10.6). */
import type { Request } from 'express';
import type { QueryResult } from '../../archive/query.ts';
import { whoOf } from './access-trail.ts';
import { forbidCaching, pathParameter, sendBytes, serviceRoot } from './answer.ts';
import { compress, contentEncoding } from './content-encoding.ts';
import type { Door, Exchange } from './door.ts';
import { negotiateJson } from './negotiate.ts';
import { keyOf } from './pages.ts';
import { parseQido, type QidoQuery, type QidoScope } from './qido-parameters.ts';
import { withRetrieveUrls } from './retrieve-urls.ts';
import { MORE_RESULTS, setWarnings } from './warning.ts';

/** On a LAN smaller answers are sent faster than they are compressed. */
const COMPRESSED_FROM_BYTES = 65_536;

/** Answers 200 with a JSON array, empty when nothing matches. */
export async function search(door: Door, level: QidoScope['level'], exchange: Exchange): Promise<void> {
  const { request, response, parameters } = exchange;
  const contentType = negotiateJson(exchange.accept, exchange.acceptParameter);
  const asked = parseQido(parameters, scopeOf(request, level));
  const result = await page(door, exchange, asked);
  const root = serviceRoot(request);
  const truncated = result.after === undefined ? [] : [MORE_RESULTS];
  setWarnings(response, root, [...asked.warnings, ...truncated]);
  forbidCaching(response);
  door.trail.searched(request, response, level, asked.matchedOn, result.count);
  await sendJson(exchange, contentType, withRetrieveUrls(result.json, level, root));
}

async function page(door: Door, { request, response, parameters }: Exchange, asked: QidoQuery): Promise<QueryResult> {
  if (asked.nothing) return { json: '[]', count: 0, newest: '0' };
  const key = keyOf(whoOf(response), request.path, parameters);
  const first = asked.query.offset === 0;
  const upTo = first ? undefined : door.pages.begunAt(key);
  const result = await door.archive.query({ ...asked.query, ...(upTo !== undefined && { upTo }) });
  if (first && result.after !== undefined) door.pages.begin(key, result.newest);
  return result;
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

async function sendJson({ request, response }: Exchange, contentType: string, json: string): Promise<void> {
  const bytes = Buffer.from(json);
  response.vary('Accept-Encoding');
  const encoding = bytes.length < COMPRESSED_FROM_BYTES ? 'identity' : contentEncoding(request);
  if (encoding === 'identity') return sendBytes(response, contentType, bytes);
  response.setHeader('Content-Encoding', encoding);
  sendBytes(response, contentType, await compress(bytes, encoding));
}
