import { type PersonNameGroups, shownName } from '../../ui/person-name.ts';

/** '김희중 00012345' */
export function patientLine(of: { patientId: string; patientName: PersonNameGroups }): string {
  return `${shownName(of.patientName).main} ${of.patientId}`.trim();
}
