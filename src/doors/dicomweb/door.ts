/** What the handlers of this door work with. */
import type { Request, Response } from 'express';
import type { Archive } from '../../archive/archive.ts';
import type { StoredInstance } from '../../archive/retrieve.ts';
import { ArchiveError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Rendering } from '../../rendering/rendering.ts';
import type { AccessTrail } from './access-trail.ts';
import { pathParameter } from './answer.ts';
import type { Pages } from './pages.ts';
import { parameter, type QueryParameter, queryParameters } from './query-string.ts';

export interface Door {
  readonly archive: Pick<Archive, 'query' | 'receive' | 'retrieve'>;
  readonly rendering: Rendering;
  readonly trail: AccessTrail;
  readonly pages: Pages;
  readonly log: Log;
}

/** One request under way. */
export interface Exchange {
  readonly request: Request;
  readonly response: Response;
  readonly parameters: readonly QueryParameter[];
  /** The Accept header and the query parameter that goes before it. */
  readonly accept: string | undefined;
  readonly acceptParameter: string | undefined;
}

/** @throws ArchiveError REQUEST_INVALID when the query part cannot be decoded */
export function exchange(request: Request, response: Response): Exchange {
  const parameters = queryParameters(request.originalUrl);
  return {
    request,
    response,
    parameters,
    accept: request.get('accept'),
    acceptParameter: parameter(parameters, 'accept'),
  };
}

/** The current instances under the request's path, in reading order. @throws ArchiveError NOT_FOUND when there are none */
export async function instancesOf(door: Door, request: Request): Promise<[StoredInstance, ...StoredInstance[]]> {
  const study = pathParameter(request, 'study');
  const series = pathParameter(request, 'series');
  const instance = pathParameter(request, 'instance');
  const [first, ...others] = await door.archive.retrieve.instances({
    ...(study !== undefined && { studyInstanceUid: study }),
    ...(series !== undefined && { seriesInstanceUid: series }),
    ...(instance !== undefined && { sopInstanceUid: instance }),
  });
  if (!first) throw new ArchiveError('NOT_FOUND', 'no such study, series or instance');
  return [first, ...others];
}
