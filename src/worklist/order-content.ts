/** What a program or a person says about an order, made into text in DICOM form: lengths, dates, names, codes. */

import type { OrderContent, OrderField } from '../db/operations/orders.ts';
import { defaultNameForm } from '../dicom/korean-name.ts';
import { parseDateRange, parseTimeRange } from '../dicom/matching.ts';
import { formatPersonName, type PersonName, parsePersonName } from '../dicom/person-name.ts';
import { ArchiveError } from '../errors.ts';

/** One coded entry (PS3.3 section 8.8). */
export interface Code {
  value: string;
  scheme: string;
  meaning: string;
}

/** What is known of an order; a name is text in DICOM form (`Kim^Heejung==김^희중`, `김희중`) or its groups. */
export type OrderDraft = {
  [K in OrderField]?: (K extends `${string}Name` ? string | Partial<PersonName> : string) | readonly Code[] | undefined;
};

type Kind = 'short' | 'long' | 'text' | 'code-string' | 'ae' | 'name' | 'date' | 'time' | 'number' | 'codes';

/** Characters that a value of each kind holds at most (PS3.5 Table 6.2-1). */
const LONGEST: Partial<Record<Kind, number>> = {
  short: 16,
  long: 64,
  text: 1024,
  'code-string': 16,
  ae: 16,
  number: 16,
};

const KINDS: Readonly<Record<OrderField, Kind>> = {
  orderNumber: 'long',
  accessionNumber: 'short',
  requestedProcedureId: 'short',
  scheduledProcedureStepId: 'short',
  patientId: 'long',
  issuerOfPatientId: 'long',
  patientName: 'name',
  birthDate: 'date',
  sex: 'code-string',
  weight: 'number',
  medicalAlerts: 'long',
  allergies: 'long',
  pregnancyStatus: 'number',
  description: 'long',
  procedureCodes: 'codes',
  reason: 'long',
  priority: 'code-string',
  referringPhysicianName: 'name',
  requestingPhysicianName: 'name',
  requestingService: 'long',
  modality: 'code-string',
  stationAeTitle: 'ae',
  stationName: 'short',
  location: 'short',
  startDate: 'date',
  startTime: 'time',
  performingPhysicianName: 'name',
  stepDescription: 'long',
  protocolCodes: 'codes',
  comments: 'text',
};

/** Without these a modality cannot show an order. */
const NEEDED: readonly OrderField[] = ['patientId', 'patientName', 'modality', 'description', 'startDate'];

const MOST_CODES = 20;

/** The fields that a draft names. @throws ArchiveError ORDER_INVALID, `detail` is the field */
export function contentOf(draft: OrderDraft): Partial<OrderContent> {
  const content: Partial<OrderContent> = {};
  for (const field of Object.keys(KINDS) as OrderField[]) {
    const value = draft[field];
    if (value !== undefined) content[field] = textOf(field, value);
  }
  return content;
}

/** A whole order: what the draft does not name is ''. @throws ArchiveError ORDER_INVALID, `detail` is the field */
export function wholeContentOf(draft: OrderDraft): OrderContent {
  const empty = Object.fromEntries(Object.keys(KINDS).map((field) => [field, ''])) as unknown as OrderContent;
  const content = { ...empty, ...contentOf(draft) };
  checkNeeded(content);
  return content;
}

/** @throws ArchiveError ORDER_INVALID when something is missing that a modality needs */
export function checkNeeded(content: Partial<OrderContent>): void {
  for (const field of NEEDED) if (content[field] === '') throw invalid(field);
}

function textOf(field: OrderField, value: NonNullable<OrderDraft[OrderField]>): string {
  const kind = KINDS[field];
  if (kind === 'codes') return codesText(field, value);
  if (kind === 'name') return nameText(field, value as string | Partial<PersonName>);
  if (typeof value !== 'string') throw invalid(field);
  const text = value.normalize('NFC').trim();
  if (text === '') return '';
  if (kind === 'date') return dateText(field, text);
  if (kind === 'time') return timeText(field, text);
  return plainText(field, kind, text);
}

function plainText(field: OrderField, kind: Kind, text: string): string {
  if (!isClean(text) || text.length > (LONGEST[kind] ?? 64)) throw invalid(field);
  if (kind === 'code-string' && !/^[A-Z0-9 _]+$/.test(text)) throw invalid(field);
  if (kind === 'ae' && !/^[\x20-\x7e]+$/.test(text)) throw invalid(field);
  if (kind === 'number' && !/^\d{1,5}(\.\d{1,5})?$/.test(text)) throw invalid(field);
  return text;
}

/** No control characters, and no backslash, which would divide values. Nor half of a character. */
function isClean(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.isWellFormed() && !/[\u0000-\u001f\u007f\\]/.test(text);
}

function nameText(field: OrderField, value: string | Partial<PersonName>): string {
  if (typeof value === 'string' && value.split('=').length > 3) throw invalid(field);
  const given = typeof value === 'string' ? parsePersonName(value) : { ...parsePersonName(''), ...value };
  const groups = Object.values(given);
  if (!groups.every((group) => typeof group === 'string' && isClean(group) && !group.includes('=')))
    throw invalid(field);
  const name = defaultNameForm(given);
  if (Object.values(name).some((group) => group.length > 64)) throw invalid(field);
  return formatPersonName(name);
}

function dateText(field: OrderField, text: string): string {
  const range = parseDateRange(text.replace(/^(\d{4})-(\d{2})-(\d{2})$/, '$1$2$3'));
  if (range?.from === undefined || range.from !== range.to) throw invalid(field);
  return range.from;
}

function timeText(field: OrderField, text: string): string {
  const range = text.includes('-') ? undefined : parseTimeRange(text);
  if (range?.from === undefined) throw invalid(field);
  return range.from.slice(0, 6);
}

function codesText(field: OrderField, value: unknown): string {
  if (!Array.isArray(value) || value.length > MOST_CODES) throw invalid(field);
  const codes = value.map((code: Code) => ({
    value: plainText(field, 'short', code.value.trim()),
    scheme: plainText(field, 'short', code.scheme.trim()),
    meaning: plainText(field, 'long', code.meaning.normalize('NFC').trim()),
  }));
  return codes.length === 0 ? '' : JSON.stringify(codes);
}

function invalid(field: OrderField): ArchiveError {
  return new ArchiveError('ORDER_INVALID', field);
}
