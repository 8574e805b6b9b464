/**
 * The studies of an imaginary Korean clinic over ten years, made from their number: the same number always gives the same
 * study. Surnames are as frequent as they are in Korea, a patient comes back three times, one study in twenty is a CT.
 */
import { createHash } from 'node:crypto';
import { defaultNameForm } from '../../../src/dicom/korean-name.ts';
import { formatPersonName } from '../../../src/dicom/person-name.ts';

export interface ClinicSeries {
  readonly seriesUid: string;
  readonly modality: string;
  readonly number: number;
  readonly images: number;
}

export interface ClinicStudy {
  readonly studyUid: string;
  readonly patientId: string;
  readonly patientName: string;
  readonly accessionNumber: string;
  readonly description: string;
  /** Beginning of the study, ms since 1970. */
  readonly at: number;
  readonly series: readonly ClinicSeries[];
}

/** Studies and patients of the whole clinic. */
export const CLINIC_STUDIES = 200_000;
const PATIENTS = 66_000;
const STUDIES_A_DAY = 60;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** Per thousand, as counted in 2015. */
const SURNAMES: readonly [string, number][] = [
  ['김', 215],
  ['이', 147],
  ['박', 84],
  ['최', 47],
  ['정', 43],
  ['강', 24],
  ['조', 21],
  ['윤', 21],
  ['장', 20],
  ['임', 17],
  ['한', 15],
  ['오', 15],
  ['서', 15],
  ['신', 15],
  ['권', 14],
  ['황', 14],
  ['안', 14],
  ['송', 14],
  ['류', 13],
  ['전', 11],
  ['홍', 11],
  ['남궁', 2],
];
const SYLLABLES = [...'민서지우준현희중영수정은하나라미진경숙자연주원석호성재승윤아린예도훈상철동기혜선'];
const DESCRIPTIONS = ['흉부 정면', '요추 측면', '복부 초음파', 'CHEST PA', 'KNEE BOTH', '유방 촬영', '경추', '뇌 CT'];

/** `newest` is the day of the last study, ms since 1970. */
export function clinicStudy(n: number, newest: number): ClinicStudy {
  const random = randomOf(`study ${n}`);
  const day = Math.floor((CLINIC_STUDIES - 1 - n) / STUDIES_A_DAY);
  const minute = 8 * 60 + ((n * 9) % (10 * 60));
  return {
    studyUid: uidOf(`study ${n}`),
    ...patient(Math.floor(random() * PATIENTS)),
    accessionNumber: `A${String(20_000_000 + n)}`,
    description: DESCRIPTIONS[Math.floor(random() * DESCRIPTIONS.length)] as string,
    at: startOfDay(newest) - day * DAY_MS + minute * MINUTE_MS,
    series: seriesOf(n),
  };
}

export function patient(n: number): { patientId: string; patientName: string } {
  const random = randomOf(`patient ${n}`);
  const syllable = () => SYLLABLES[Math.floor(random() * SYLLABLES.length)] as string;
  const hangul = `${surname(random())}^${syllable()}${syllable()}`;
  const name = defaultNameForm({ alphabetic: '', ideographic: '', phonetic: hangul });
  return { patientId: String(100_000 + n), patientName: formatPersonName(name) };
}

/** Five images on average. */
function seriesOf(n: number): ClinicSeries[] {
  const series = (number: number, modality: string, images: number) => ({
    seriesUid: uidOf(`series ${n} ${number}`),
    modality,
    number,
    images,
  });
  if (n % 20 === 7) return [series(1, 'CT', 2), series(2, 'CT', 33), series(3, 'CT', 33)];
  if (n % 10 === 3) return [series(1, 'US', 4)];
  if (n % 50 === 11) return [series(1, 'MG', 4)];
  return [series(1, n % 3 === 0 ? 'CR' : 'DX', n % 2 === 0 ? 1 : 2)];
}

function surname(random: number): string {
  let left = random * SURNAMES.reduce((sum, [, share]) => sum + share, 0);
  for (const [name, share] of SURNAMES) {
    left -= share;
    if (left < 0) return name;
  }
  return '김';
}

export function uidOf(seed: string): string {
  return `2.25.${BigInt(`0x${createHash('md5').update(seed).digest('hex')}`)}`;
}

/** Numbers from 0 to 1 that follow from the seed. */
function randomOf(seed: string): () => number {
  let state = createHash('md5').update(seed).digest().readUInt32LE();
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function startOfDay(at: number): number {
  return at - (at % DAY_MS);
}
