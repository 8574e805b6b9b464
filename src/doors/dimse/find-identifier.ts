/** C-FIND identifiers: what is asked, and an answer with exactly what was asked for (PS3.4 section C.4.1.1.3). */
import type { Query } from '../../archive/query.ts';
import type { CharacterSet } from '../../dicom/charset.ts';
import { type DataSet, itemsOf, texts } from '../../dicom/data-set.ts';
import type { DicomJson, DicomJsonElement } from '../../dicom/dicom-json.ts';
import { hexOf, keywordOf, vrOf } from '../../dicom/dictionary.ts';
import { encodeDataSet } from '../../dicom/encode-data-set.ts';
import { isAnsweredAt } from '../../dicom/query-keys.ts';
import { REQUEST_ATTRIBUTES, requestKey } from '../../dicom/request-attributes.ts';
import { ArchiveError } from '../../errors.ts';
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
  readonly keys: Query['keys'];
  readonly combinesDateTime: boolean;
  /** Every key of the identifier, ascending. */
  readonly requested: readonly number[];
  /** Of Request Attributes Sequence: what of its items is asked for; none = all. */
  readonly ofRequests: readonly number[];
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
  const level = levelOf(identifier, queryRootOf(abstractSyntax));
  const requested = [...identifier.elements.keys()].filter(isKey).sort((a, b) => a - b);
  const item = requestItem(identifier);
  const ofRequests = item === undefined ? [] : [...item.elements.keys()].filter(isKey);
  const keys = [
    ...keysOf(withCharset(identifier, configured), requested).map((key) => ({ ...key, fuzzy })),
    ...(item === undefined ? [] : keysOf(withCharset(item, configured), ofRequests).map(inRequests)),
  ];
  const isUnsupported = (tag: number) => (tag === REQUEST_ATTRIBUTES ? !hasRequests(level) : !isAnsweredAt(tag, level));
  const hasUnsupportedKeys = requested.some(isUnsupported) || ofRequests.some((tag) => requestKey(tag) === undefined);
  const declared = declaredCharset(identifier);
  return { level, keys, combinesDateTime, requested, ofRequests, hasUnsupportedKeys, declared, configured };
}

/** The one item of Request Attributes Sequence that holds keys (PS3.4 section C.2.2.2.6). */
function requestItem(identifier: DataSet): DataSet | undefined {
  const [item, ...others] = itemsOf(identifier, REQUEST_ATTRIBUTES);
  if (others.length > 0) throw new ArchiveError('QUERY_INVALID', 'Request Attributes Sequence with several items');
  return item;
}

const inRequests = (key: Query['keys'][number]) => ({ ...key, within: REQUEST_ATTRIBUTES });
const hasRequests = (level: Query['level']) => level === 'SERIES' || level === 'IMAGE';

/** Keys that carry a value. */
function keysOf(ds: DataSet, tags: readonly number[]): { tag: number; values: string[] }[] {
  return tags
    .filter((tag) => vrOf(tag) !== 'SQ')
    .map((tag) => ({ tag, values: texts(ds, tag).filter((value) => value !== '') }))
    .filter((key) => key.values.length > 0);
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
    const element = match[hex] ?? { vr: vrOf(tag) };
    answer[hex] = tag === REQUEST_ATTRIBUTES ? requestsWith(element, request.ofRequests) : element;
  }
  return encodeDataSet(answer, transferSyntaxUid, answerCharset(answer, request.declared, request.configured));
}

/** The items with what was asked for and nothing else; what is not known of them with zero length. */
function requestsWith({ vr, Value = [] }: DicomJsonElement, tags: readonly number[]): DicomJsonElement {
  if (tags.length === 0 || Value.length === 0) return { vr, ...(Value.length > 0 && { Value }) };
  const projected = (item: DicomJson) =>
    Object.fromEntries(tags.map((tag) => [hexOf(tag), item[hexOf(tag)] ?? { vr: vrOf(tag) }]));
  return { vr, Value: Value.map((item) => projected(item as DicomJson)) };
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
