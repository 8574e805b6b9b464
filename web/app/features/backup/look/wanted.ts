import type { BackedUpStudy, Wanted } from '../../../api/backup-look.ts';

export const EXTENTS = ['study', 'patient', 'image'] as const;

export type ExtentOf = (typeof EXTENTS)[number];

/** What is to be put back; undefined while the image has no UID. */
export function wantedIn(fields: FormData, study: BackedUpStudy): Wanted | undefined {
  const extent = fields.get('extent');
  if (extent === 'patient') return { patientId: study.patientId };
  if (extent !== 'image') return { studyInstanceUid: study.studyInstanceUid };
  const sopInstanceUid = String(fields.get('sopInstanceUid') ?? '').trim();
  return sopInstanceUid === '' ? undefined : { sopInstanceUid };
}
