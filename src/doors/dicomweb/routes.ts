/** The DICOMweb door: which handler answers which row of the route table. */
import type { Handler } from 'express';
import type { Route } from '../../accounts/route-permissions.ts';
import type { Archive } from '../../archive/archive.ts';
import type { Log } from '../../log.ts';
import type { Rendering } from '../../rendering/rendering.ts';
import { AccessTrail, type Recorder } from './access-trail.ts';
import { guarded } from './answer.ts';
import { type Door, type Exchange, exchange } from './door.ts';
import { Pages } from './pages.ts';
import { search } from './qido-rs.ts';
import { storeInstances } from './stow-rs.ts';
import { retrieveBulk } from './wado-bulk.ts';
import { retrieveAllBulk } from './wado-bulk-resources.ts';
import { retrieveFrames } from './wado-frames.ts';
import { retrieveInstances } from './wado-instances.ts';
import { retrieveMetadata } from './wado-metadata.ts';
import { retrieveRendered, retrieveThumbnail } from './wado-rendered.ts';
import { retrieveByUri } from './wado-uri.ts';

export interface DicomWebDeps {
  archive: Pick<Archive, 'query' | 'receive' | 'retrieve'>;
  rendering: Rendering;
  log: Log;
  audit: Recorder;
}

type DicomWebRoute = Extract<Route, `${string} /dicom-web/${string}` | 'GET /wado'>;

/** Handlers of every row of this door; `res.locals.identity` is the user, whose permission was checked before. */
export function createDicomWebRoutes(deps: DicomWebDeps): Record<DicomWebRoute, Handler> {
  const { archive, rendering, log } = deps;
  const door: Door = { archive, rendering, log, trail: new AccessTrail(deps.audit), pages: new Pages() };
  const serve = (handler: (door: Door, exchange: Exchange) => Promise<void>) =>
    guarded(log, async (request, response) => handler(door, exchange(request, response)));
  const [studies, series, instances] = (['STUDY', 'SERIES', 'IMAGE'] as const).map((level) =>
    serve((_door, under) => search(door, level, under)),
  ) as [Handler, Handler, Handler];
  const whole = serve(retrieveInstances);
  const metadata = serve(retrieveMetadata);
  const rendered = serve(retrieveRendered);
  const thumbnail = serve(retrieveThumbnail);
  const allBulk = serve((on, under) => retrieveAllBulk(on, under, false));
  const allPixels = serve((on, under) => retrieveAllBulk(on, under, true));
  const store = serve(storeInstances);
  return {
    'GET /dicom-web/studies': studies,
    'GET /dicom-web/series': series,
    'GET /dicom-web/instances': instances,
    'GET /dicom-web/studies/:study/series': series,
    'GET /dicom-web/studies/:study/instances': instances,
    'GET /dicom-web/studies/:study/series/:series/instances': instances,
    'GET /dicom-web/studies/:study': whole,
    'GET /dicom-web/studies/:study/metadata': metadata,
    'GET /dicom-web/studies/:study/rendered': rendered,
    'GET /dicom-web/studies/:study/thumbnail': thumbnail,
    'GET /dicom-web/studies/:study/series/:series': whole,
    'GET /dicom-web/studies/:study/series/:series/metadata': metadata,
    'GET /dicom-web/studies/:study/series/:series/rendered': rendered,
    'GET /dicom-web/studies/:study/series/:series/thumbnail': thumbnail,
    'GET /dicom-web/studies/:study/series/:series/instances/:instance': whole,
    'GET /dicom-web/studies/:study/series/:series/instances/:instance/metadata': metadata,
    'GET /dicom-web/studies/:study/series/:series/instances/:instance/rendered': rendered,
    'GET /dicom-web/studies/:study/series/:series/instances/:instance/thumbnail': thumbnail,
    'GET /dicom-web/studies/:study/series/:series/instances/:instance/frames/:frames': serve(retrieveFrames),
    'GET /dicom-web/studies/:study/series/:series/instances/:instance/frames/:frames/rendered': rendered,
    'GET /dicom-web/studies/:study/series/:series/instances/:instance/frames/:frames/thumbnail': thumbnail,
    'GET /dicom-web/studies/:study/series/:series/instances/:instance/bulkdata/*path': serve(retrieveBulk),
    'GET /dicom-web/studies/:study/bulkdata': allBulk,
    'GET /dicom-web/studies/:study/series/:series/bulkdata': allBulk,
    'GET /dicom-web/studies/:study/series/:series/instances/:instance/bulkdata': allBulk,
    'GET /dicom-web/studies/:study/pixeldata': allPixels,
    'GET /dicom-web/studies/:study/series/:series/pixeldata': allPixels,
    'GET /dicom-web/studies/:study/series/:series/instances/:instance/pixeldata': allPixels,
    'GET /wado': serve(retrieveByUri),
    'POST /dicom-web/studies': store,
    'POST /dicom-web/studies/:study': store,
  };
}
