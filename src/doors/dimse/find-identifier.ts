/** C-FIND identifiers: what is asked, and an answer with exactly what was asked for (PS3.4 section C.4.1.1.3). */
import type { Query } from '../../archive/query.ts';
import type { CharacterSet } from '../../dicom/charset.ts';
import { type DataSet, texts } from '../../dicom/data-set.ts';
import type { DicomJson } from '../../dicom/dicom-json.ts';
import { hexOf, keywordOf, vrOf } from '../../dicom/dictionary.ts';
import { encodeDataSet } from '../../dicom/encode-data-set.ts';
import { isAnsweredAt } from '../../dicom/query-keys.ts';
import { answerCharset, declaredCharset, parseCharset, withCharset } from './answer-charset.ts';
import { queryOptions } from './extended-negotiation.ts';
import { levelOf, queryRootOf } from './query-root.ts';
import type { Device } from './services.ts';
import type { AcceptedContext } from './upper-layer/negotiation.ts';

const PATIENT_ID = 0x00100020;
const STUDY_INSTANCE_UID = 0x0020000d;

/** Elements that steer the query and are no keys: character set, level, view, time zone, and what every answer carries. */
const NO_KEYS: ReadonlySet<number> = new Set([0x00080005, 0x00080052, 0x00080053, 0x00080054, 0x00080056, 0x00080201]);

export interface FindRequest {
  readonly level: Query['level'];
  readonly keys: readonly { tag: number; values: string[]; fuzzy: boolean }[];
  readonly combinesDateTime: boolean;
  /** Every key of the identifier, ascending. */
  readonly requested: readonly number[];
  /** Some requested keys are not supported at this level: answers carry the status FF01H. */
  readonly hasUnsupportedKeys: boolean;
  readonly declared: CharacterSet;
  readonly configured: CharacterSet | undefined;
}

/** Reads a C-FIND identifier. Throws ArchiveError QUERY_INVALID. */
export function readFindIdentifier(
  identifier: DataSet,
  { abstractSyntax, extended }: AcceptedContext,
  device: Device | undefined,
): FindRequest {
  const { combinesDateTime, fuzzyNames: fuzzy } = queryOptions(extended);
  const configured = parseCharset(device?.charset);
  const readable = withCharset(identifier, configured);
  const level = levelOf(identifier, queryRootOf(abstractSyntax));
  const requested = [...identifier.elements.keys()].filter(isKey).sort((a, b) => a - b);
  const keys = requested
    .map((tag) => ({ tag, fuzzy, values: texts(readable, tag).filter((value) => value !== '') }))
    .filter((key) => key.values.length > 0);
  const hasUnsupportedKeys = requested.some((tag) => !isAnsweredAt(tag, level));
  const declared = declaredCharset(identifier);
  return { level, keys, combinesDateTime, requested, hasUnsupportedKeys, declared, configured };
}

function isKey(tag: number): boolean {
  return tag >= 0x00080000 && (tag & 0xffff) !== 0 && !NO_KEYS.has(tag);
}

/** One answer, encoded: requested keys only, those without a value with zero length. */
export function encodeAnswer(
  match: DicomJson,
  request: FindRequest,
  aeTitle: string,
  transferSyntaxUid: string,
): Buffer {
  const answer: DicomJson = {
    '00080052': { vr: 'CS', Value: [request.level] },
    '00080054': { vr: 'AE', Value: [aeTitle] },
    '00080056': { vr: 'CS', Value: ['ONLINE'] },
  };
  for (const tag of request.requested) {
    const hex = hexOf(tag);
    answer[hex] = match[hex] ?? { vr: vrOf(tag) };
  }
  return encodeDataSet(answer, transferSyntaxUid, answerCharset(answer, request.declared, request.configured));
}

/** What the access log says about a query: whose data where it is one patient's, and by which keys. */
export function describeQuery(request: FindRequest): { patientId?: string; studyInstanceUid?: string; by: string } {
  const by = request.keys.map((key) => keywordOf(key.tag) ?? hexOf(key.tag)).join(', ');
  const patientId = singleValue(request, PATIENT_ID);
  const studyInstanceUid = singleValue(request, STUDY_INSTANCE_UID);
  return {
    by: by === '' ? request.level : `${request.level} by ${by}`,
    ...(patientId !== undefined && { patientId }),
    ...(studyInstanceUid !== undefined && { studyInstanceUid }),
  };
}

function singleValue(request: FindRequest, tag: number): string | undefined {
  const values = request.keys.find((key) => key.tag === tag)?.values ?? [];
  return values.length === 1 && !/[*?]/.test(values[0] as string) ? values[0] : undefined;
}
