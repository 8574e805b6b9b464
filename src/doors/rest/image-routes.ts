/** What the quick view needs of a study: its images in reading order, facts of a frame, its values for the window. */

import { identityIn, type RequestLocals } from '../../accounts/request-locals.ts';
import type { StoredInstance } from '../../archive/retrieve.ts';
import { ArchiveError } from '../../errors.ts';
import type { RestDeps, RestHandlers } from './deps.ts';
import { type Exchange, json, raw, read } from './exchange.ts';
import { FrameFacts, FramePath, StudyImages, ValuesQuery } from './schemas/images.ts';
import { StudyPath } from './schemas/studies.ts';
import { studyView } from './views.ts';

type ImageRoutes = Pick<
  RestHandlers,
  | 'GET /api/studies/:id/images'
  | 'GET /api/studies/:id/images/:sopInstanceUid/frames/:frame'
  | 'GET /api/studies/:id/images/:sopInstanceUid/frames/:frame/values'
>;

export function imageRoutes({ archive, rendering, audit }: RestDeps): ImageRoutes {
  const opened = ({ source, ...locals }: RequestLocals, study: { studyInstanceUid: string; patientId: string }) => {
    const { userName: who } = identityIn({ source, ...locals });
    const { studyInstanceUid, patientId } = study;
    const { address: from, door } = source;
    audit.record({ who, action: 'study.open', from, door, studyInstanceUid, patientId, outcome: 'ok' });
  };

  const frameOf = async ({ request, locals }: Exchange) => {
    const { id, sopInstanceUid, frame } = read(FramePath, request.params);
    const found = await archive.retrieve.instances({ sopInstanceUid });
    const instance = found.find(({ studyId }) => studyId === id);
    if (!instance || frame > instance.numberOfFrames) throw new ArchiveError('NOT_FOUND');
    opened(locals, instance);
    return { instance, frame };
  };

  return {
    'GET /api/studies/:id/images': json(StudyImages, async ({ request, locals }) => {
      const study = await archive.study(read(StudyPath, request.params).id);
      if (!study) throw new ArchiveError('NOT_FOUND');
      const all = await archive.retrieve.instances({ studyInstanceUid: study.studyInstanceUid });
      const own = all.filter(({ studyId }) => studyId === study.id);
      opened(locals, study);
      const series = study.series.map((one) => ({
        ...one,
        images: own
          .filter((instance) => isImage(instance) && instance.seriesInstanceUid === one.seriesInstanceUid)
          .map(imageView),
      }));
      const others = own.filter((instance) => !isImage(instance)).length;
      return { study: studyView(study), series: series.filter(({ images }) => images.length > 0), others };
    }),

    'GET /api/studies/:id/images/:sopInstanceUid/frames/:frame': json(FrameFacts, async (exchange) => {
      const { instance, frame } = await frameOf(exchange);
      const { orientation, spacing, windows, ...facts } = await rendering.facts(instance, frame);
      return {
        ...facts,
        orientation: orientation && [...orientation],
        spacing: spacing && [...spacing],
        windows: windows.map((window) => ({ ...window })),
      };
    }),

    'GET /api/studies/:id/images/:sopInstanceUid/frames/:frame/values': raw(async (exchange) => {
      const { response } = exchange;
      const { side } = read(ValuesQuery, exchange.request.query);
      const { instance, frame } = await frameOf(exchange);
      const left = new AbortController();
      response.once('close', () => left.abort());
      const { bytes, ...shape } = await rendering.pixelValues(instance, frame, side, left.signal);
      response.setHeader('X-Pixel-Values', JSON.stringify(shape));
      response.type('application/octet-stream').end(bytes);
    }),
  };
}

function isImage({ rows }: StoredInstance): boolean {
  return rows !== null;
}

function imageView(instance: StoredInstance) {
  const { sopInstanceUid, fileId, numberOfFrames, rows, columns, instanceNumber } = instance;
  return {
    sopInstanceUid,
    fileId,
    number: instanceNumber,
    frames: numberOfFrames,
    rows: rows ?? 0,
    columns: columns ?? 0,
  };
}
