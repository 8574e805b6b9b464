import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useNavigate } from 'react-router';
import { studyImagesOptions } from '../../api/images.ts';
import { pictures } from '../../api/pictures.ts';
import type { StudyRow } from '../../api/studies.ts';

export function quickViewUrl({ id }: Pick<StudyRow, 'id'>): string {
  return `/view/${id}`;
}

export interface QuickView {
  open(study: StudyRow): void;
  /**
   * A press has begun: the list of images and the first picture are asked for before it ends. Not earlier: what the server
   * hands out stands in the access log as opened, and pointing at a patient is no opening.
   */
  prepare(study: StudyRow): void;
}

export function useQuickView(): QuickView {
  const client = useQueryClient();
  const navigate = useNavigate();
  const open = useCallback((study: StudyRow) => void navigate(quickViewUrl(study)), [navigate]);
  const prepare = useCallback(
    (study: StudyRow) => {
      void client
        .ensureQueryData(studyImagesOptions(study.id))
        .then(({ study: { id: studyId, studyInstanceUid }, series: [first] }) => {
          const image = first?.images[0];
          if (first === undefined || image === undefined) return;
          const { seriesInstanceUid } = first;
          const frame = first.images.length === 1 ? Math.floor(image.frames / 2) + 1 : 1;
          const place = { studyId, studyInstanceUid, seriesInstanceUid, sopInstanceUid: image.sopInstanceUid, frame };
          pictures.prepare([place]);
        })
        .catch(() => undefined);
    },
    [client],
  );
  return { open, prepare };
}
