/** How the archive's rows look in the API. */
import type { z } from 'zod';
import type { Identity } from '../../accounts/permissions.ts';
import type { Archive } from '../../archive/archive.ts';
import { parsePersonName } from '../../dicom/person-name.ts';
import type { IdentityView } from './schemas/people.ts';
import type { StudyView } from './schemas/studies.ts';

export type StudyRow = Awaited<ReturnType<Archive['searchStudies']>>[number];

export function studyView(row: StudyRow): z.input<typeof StudyView> {
  const { receiveSequence: _, ...shown } = row;
  return {
    ...shown,
    patientName: parsePersonName(row.patientName),
    modalities: row.modalities === '' ? [] : row.modalities.split('\\'),
  };
}

export function identityView({ userName, displayName, role, permissions }: Identity): z.input<typeof IdentityView> {
  return { userName, displayName, role, permissions: [...permissions] };
}
