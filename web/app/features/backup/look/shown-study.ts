import type { BackedUpStudy } from '../../../api/backup-look.ts';
import { shownName } from '../../../ui/person-name.ts';

/** The name as it stands in the image, its groups joined by `=` (PS3.5 section 6.2.1). Empty when there is none. */
export function nameOf({ patientName }: BackedUpStudy): string {
  const [alphabetic = '', ideographic = '', phonetic = ''] = patientName.split('=');
  return shownName({ alphabetic, ideographic, phonetic }).main;
}

/** `CT\SR` → CT SR */
export function modalitiesOf({ modalities }: BackedUpStudy): string {
  return modalities.replaceAll('\\', ' ');
}
