import { queryOptions } from '@tanstack/react-query';
import { answer, api } from './client.ts';
import type { components } from './schema.d.ts';
import { type StudyRow, studyKeys } from './studies.ts';

export type StudyImages = components['schemas']['StudyImages'];
export type SeriesImages = StudyImages['series'][number];
export type FrameFacts = components['schemas']['FrameFacts'];

export interface FramePlace {
  readonly studyId: number;
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
  /** From 1. */
  readonly frame: number;
}

export interface Window {
  readonly center: number;
  readonly width: number;
}

/** Values of a frame after the Modality LUT (Hounsfield units, say), row by row. */
export interface PixelValues {
  readonly values: Uint16Array | Int16Array | Float32Array;
  readonly width: number;
  readonly height: number;
  readonly window: Window;
  /** The smallest value is white. */
  readonly inverted: boolean;
}

export const studyImagesOptions = (id: number) =>
  queryOptions({
    queryKey: [...studyKeys.one(id), 'images'],
    queryFn: ({ signal }) =>
      answer<StudyImages>(api.GET('/api/studies/{id}/images', { params: { path: { id } }, signal })),
    staleTime: 30_000,
  });

export const frameFactsOptions = ({ studyId: id, sopInstanceUid, frame }: FramePlace) =>
  queryOptions({
    queryKey: [...studyKeys.one(id), 'facts', sopInstanceUid, frame],
    queryFn: ({ signal }) =>
      answer<FrameFacts>(
        api.GET('/api/studies/{id}/images/{sopInstanceUid}/frames/{frame}', {
          params: { path: { id, sopInstanceUid, frame } },
          signal,
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Other studies of the same patient, newest first. */
export const patientStudiesOptions = (patientId: string) =>
  queryOptions({
    queryKey: ['studies', 'patient', patientId],
    queryFn: async ({ signal }) => {
      const body = { text: patientId, limit: 100 };
      const page = await answer<{ rows: StudyRow[] }>(api.POST('/api/studies/search', { body, signal }));
      return page.rows.filter((row) => row.patientId === patientId);
    },
    enabled: patientId !== '',
    staleTime: 60_000,
  });

/** A JPEG of the frame: 1600 pixels on its longer side, or as large as it is. */
export function pictureUrl(
  { studyInstanceUid, seriesInstanceUid, sopInstanceUid, frame }: FramePlace,
  full: boolean,
): string {
  const instance = `/dicom-web/studies/${studyInstanceUid}/series/${seriesInstanceUid}/instances/${sopInstanceUid}`;
  return `${instance}/frames/${frame}/rendered${full ? '' : '?viewport=1600,1600'}`;
}
