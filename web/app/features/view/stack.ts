/** The pictures of a series in reading order: every frame of every image. */
import type { FramePlace, SeriesImages, StudyImages } from '../../api/images.ts';

export interface Slot extends FramePlace {
  readonly fileId: string;
  readonly number: string;
  readonly frames: number;
  readonly rows: number;
  readonly columns: number;
}

export function slotsOf({ study }: StudyImages, series: SeriesImages | undefined): Slot[] {
  if (series === undefined) return [];
  const { seriesInstanceUid } = series;
  const { id: studyId, studyInstanceUid } = study;
  return series.images.flatMap((image) =>
    Array.from({ length: image.frames }, (_, index) => ({
      ...image,
      studyId,
      studyInstanceUid,
      seriesInstanceUid,
      frame: index + 1,
    })),
  );
}

/** The one to begin with: the first picture, of a multi-frame image the middle one. */
export function firstIndex(slots: readonly Slot[]): number {
  const [first] = slots;
  return first !== undefined && slots.length === first.frames ? Math.floor(slots.length / 2) : 0;
}

export function held(index: number, count: number): number {
  return Math.max(0, Math.min(count - 1, index));
}

/** Reports, presentation states and plans that lie in a study beside its images say nothing about its kind. */
const NO_IMAGES: ReadonlySet<string> = new Set([
  'SR',
  'PR',
  'KO',
  'SEG',
  'DOC',
  'RTSTRUCT',
  'RTPLAN',
  'REG',
  'FID',
  'AU',
]);

/** The study to compare with: of the same kind, the newest that is older than this one. */
export function previousStudy<Row extends { id: number; studyDate: string; modalities: readonly string[] }>(
  rows: readonly Row[],
  study: Row,
): Row | undefined {
  const kinds = study.modalities.filter((kind) => !NO_IMAGES.has(kind));
  const before = (row: Row) =>
    row.studyDate < study.studyDate || (row.studyDate === study.studyDate && row.id < study.id);
  return rows
    .filter((row) => row.id !== study.id && before(row) && row.modalities.some((kind) => kinds.includes(kind)))
    .sort((a, b) => (a.studyDate === b.studyDate ? b.id - a.id : a.studyDate < b.studyDate ? 1 : -1))[0];
}
