/** What a clinic asks all day, by the pages' own API and by QIDO-RS, each time about another patient or day. */
import { type ClinicStudy, clinicStudy } from './clinic.ts';

export interface Question {
  readonly what: string;
  /** The n-th time it is asked. */
  request(n: number): { path: string; body?: object };
}

/** @param filled studies that are there: the newest of the clinic. @param newest day of the last one, ms since 1970 */
export function questions(from: number, filled: number, newest: number): Question[] {
  const study = (n: number): ClinicStudy => clinicStudy(from + ((n * 7919 + 13) % filled), newest);
  const today = dayOf(newest);
  const page = (what: string, body: (n: number) => object): Question => ({
    what,
    request: (n) => ({ path: '/api/studies/search', body: body(n) }),
  });
  const qido = (what: string, keys: (n: number) => Record<string, string>): Question => ({
    what,
    request: (n) => ({ path: `/dicom-web/studies?limit=101&${new URLSearchParams(keys(n))}` }),
  });
  const arrivedSince = new Date(newest - (newest % 86_400_000)).toISOString();
  return [
    page("page: today's list", () => ({ from: dashed(today), to: dashed(today), arrivedSince })),
    page('page: everything, newest first', () => ({})),
    page('page: part of a name, two syllables', (n) => ({ text: givenName(study(n)) })),
    page('page: part of a name, one syllable', (n) => ({ text: givenName(study(n)).slice(1) })),
    page('page: name as it is spoken', (n) => ({ text: hangul(study(n)).replace('^', '') })),
    page('page: a name that nobody has', (n) => ({ text: `뷁${n}` })),
    page('page: end of a Patient ID', (n) => ({ text: study(n).patientId.slice(2) })),
    page('page: a month and a modality', (n) => ({ ...monthOf(study(n)), modalities: ['MG'] })),
    qido('QIDO: today', () => ({ StudyDate: today })),
    qido('QIDO: Patient ID', (n) => ({ PatientID: study(n).patientId })),
    qido('QIDO: part of a Patient ID', (n) => ({ PatientID: `*${study(n).patientId.slice(2)}*` })),
    qido('QIDO: Accession Number', (n) => ({ AccessionNumber: study(n).accessionNumber })),
    qido('QIDO: prefix of a name, surname', (n) => ({ PatientName: `${hangul(study(n)).split('^')[0]}*` })),
    qido('QIDO: prefix of a name, one syllable more', (n) => ({ PatientName: `${hangul(study(n)).slice(0, -1)}*` })),
    qido('QIDO: prefix of a name in Latin letters', (n) => ({ PatientName: `${latin(study(n)).slice(0, 6)}*` })),
    qido('QIDO: part of a name', (n) => ({ PatientName: `*${givenName(study(n))}*` })),
    qido('QIDO: fuzzy name', (n) => ({ PatientName: hangul(study(n)).replace('^', ''), fuzzymatching: 'true' })),
    qido('QIDO: day and modality', (n) => ({ StudyDate: dayOf(study(n).at), ModalitiesInStudy: 'CT' })),
    qido('QIDO: a year and a modality', () => ({ StudyDate: lastYear(today), ModalitiesInStudy: 'CT' })),
    {
      what: 'QIDO: series of a study',
      request: (n) => ({ path: `/dicom-web/studies/${study(n).studyUid}/series` }),
    },
    { what: 'page: counts and tasks', request: () => ({ path: '/api/status' }) },
  ];
}

/** Goes through all studies and finds none. */
export const SLOW_PATH = `/dicom-web/studies?limit=101&${new URLSearchParams({ StudyDescription: '*zzz*' })}`;

function hangul({ patientName }: ClinicStudy): string {
  return patientName.split('=')[2] ?? '';
}

function latin({ patientName }: ClinicStudy): string {
  return patientName.split('=')[0] ?? '';
}

function givenName(study: ClinicStudy): string {
  return hangul(study).split('^')[1] ?? '';
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10).replaceAll('-', '');
}

function dashed(day: string): string {
  return `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`;
}

function monthOf({ at }: ClinicStudy): { from: string; to: string } {
  const month = dashed(dayOf(at)).slice(0, 8);
  return { from: `${month}01`, to: `${month}28` };
}

function lastYear(today: string): string {
  const year = Number(today.slice(0, 4)) - 1;
  return `${year}0101-${year}1231`;
}
