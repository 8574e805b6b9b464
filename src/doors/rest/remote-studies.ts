/** Keys of a query to another PACS, and its answers as the API shows them (PS3.4 section C.6.2.1). */
import type { z } from 'zod';
import type { DicomJson } from '../../dicom/dicom-json.ts';
import { RequestInvalid } from './exchange.ts';
import type { RemoteSearch, RemoteStudies } from './schemas/transfers.ts';

const ASKED: Readonly<Record<string, string>> = {
  '00080020': 'DA',
  '00080030': 'TM',
  '00080050': 'SH',
  '00080061': 'CS',
  '00081030': 'LO',
  '00100010': 'PN',
  '00100020': 'LO',
  '00100030': 'DA',
  '0020000D': 'UI',
  '00201208': 'IS',
};

/** @throws RequestInvalid without a key: nobody wants the whole of another archive */
export function remoteKeys(search: z.output<typeof RemoteSearch>): DicomJson {
  const { patientId, patientName, accessionNumber, from, to, modality } = search;
  const digits = (day: string | undefined) => day?.replace(/\D/g, '') ?? '';
  const values: Record<string, unknown> = {
    '00100020': patientId,
    '00100010': patientName && { Alphabetic: patientName },
    '00080050': accessionNumber,
    '00080061': modality,
    '00080020': from === undefined && to === undefined ? undefined : `${digits(from)}-${digits(to)}`,
  };
  if (Object.values(values).every((value) => value === undefined)) {
    throw new RequestInvalid({ patientId: { ko: '찾을 조건을 하나는 적어 주세요.', en: 'Give at least one key.' } });
  }
  const keys: DicomJson = {};
  for (const [tag, vr] of Object.entries(ASKED)) {
    keys[tag] = values[tag] === undefined ? { vr } : { vr, Value: [values[tag]] };
  }
  return keys;
}

export function remoteStudy(match: DicomJson): z.input<typeof RemoteStudies>['studies'][number] {
  const all = (tag: string) => (match[tag]?.Value ?? []).filter((value) => value !== null);
  const text = (tag: string) => String(all(tag)[0] ?? '');
  const [name] = all('00100010') as { Alphabetic?: string; Ideographic?: string; Phonetic?: string }[];
  const count = Number(all('00201208')[0] ?? Number.NaN);
  return {
    studyInstanceUid: text('0020000D'),
    patientId: text('00100020'),
    patientName: [name?.Alphabetic, name?.Ideographic, name?.Phonetic].join('=').replace(/=+$/, ''),
    birthDate: text('00100030'),
    studyDate: text('00080020'),
    studyTime: text('00080030'),
    accessionNumber: text('00080050'),
    description: text('00081030'),
    modalities: all('00080061').map(String),
    instanceCount: Number.isInteger(count) ? count : null,
  };
}
