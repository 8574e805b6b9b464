/** Worklist identifiers: what is asked, and an answer with exactly what was asked for (PS3.4 sections K.2.2 and K.4.1). */
import type { CharacterSet } from '../../dicom/charset.ts';
import { type DataSet, itemsOf, text, texts } from '../../dicom/data-set.ts';
import type { DicomJson } from '../../dicom/dicom-json.ts';
import { hexOf, keywordOf, vrOf } from '../../dicom/dictionary.ts';
import { encodeDataSet } from '../../dicom/encode-data-set.ts';
import { type WorklistPlace, worklistKey } from '../../dicom/worklist-keys.ts';
import { ArchiveError } from '../../errors.ts';
import type { OrderKey, OrderRow } from '../../worklist/worklist.ts';
import { STEP_SEQUENCE, worklistItem } from '../../worklist/worklist-item.ts';
import { declaredCharset, parseCharset, withCharset } from './answer-charset.ts';
import type { Device } from './services.ts';
import { fittedTo, worklistCharset } from './worklist-charset.ts';

const PATIENT_ID = 0x00100020;
const STATION_AE_TITLE = 0x00400001;
/** Character set and time zone steer the query and are no keys. */
const NO_KEYS: ReadonlySet<number> = new Set([0x00080005, 0x00080201]);
/** Code Value, Coding Scheme Designator, Code Meaning. */
const CODE_ELEMENTS: readonly number[] = [0x00080100, 0x00080102, 0x00080104];

export interface WorklistRequest {
  readonly identifier: DataSet;
  readonly keys: readonly OrderKey[];
  /** Some requested keys are not supported: answers carry the status FF01H. */
  readonly hasUnsupportedKeys: boolean;
  readonly declared: CharacterSet;
  readonly configured: CharacterSet | undefined;
  /** AE title of the asker, or the one that it asks for. */
  readonly station: string;
}

/** Reads a worklist identifier. Throws ArchiveError QUERY_INVALID. */
export function readWorklistIdentifier(
  identifier: DataSet,
  device: Device | undefined,
  callingAe: string,
): WorklistRequest {
  const configured = parseCharset(device?.charset);
  const declared = declaredCharset(identifier);
  const readable = (ds: DataSet) => withCharset(ds, configured);
  const steps = itemsOf(identifier, STEP_SEQUENCE);
  if (steps.length > 1) throw new ArchiveError('QUERY_INVALID', 'Scheduled Procedure Step Sequence with several items');
  const step = steps[0];
  const keys = [...keysOf('request', identifier, readable), ...(step ? keysOf('step', step, readable) : [])];
  const asked = keys.find(({ tag }) => tag === STATION_AE_TITLE)?.values ?? [];
  const station = asked.length === 1 && !/[*?]/.test(asked[0] as string) ? (asked[0] as string) : callingAe;
  const hasUnsupportedKeys =
    hasUnsupported('request', identifier) || (step !== undefined && hasUnsupported('step', step));
  return { identifier, keys, hasUnsupportedKeys, declared, configured, station };
}

function isKey(tag: number): boolean {
  return tag >= 0x00080000 && (tag & 0xffff) !== 0 && !NO_KEYS.has(tag);
}

type Readable = (ds: DataSet) => DataSet;

function keysOf(place: WorklistPlace, ds: DataSet, readable: Readable): OrderKey[] {
  const read = readable(ds);
  return [...ds.elements.keys()]
    .filter(isKey)
    .map((tag) => ({ place, tag, values: valuesOf(read, place, tag, readable) }))
    .filter(({ values }) => values.some((value) => value !== ''));
}

function valuesOf(ds: DataSet, place: WorklistPlace, tag: number, readable: Readable): string[] {
  const key = worklistKey(place, tag);
  if (key?.matching !== 'codes') return key === undefined ? [] : texts(ds, tag).filter((value) => value !== '');
  const [item, ...others] = itemsOf(ds, tag);
  if (item === undefined || others.length > 0) return [];
  return CODE_ELEMENTS.map((element) => text(readable(item), element));
}

/** A key that items do not have, or a value where this archive only answers and does not compare. */
function hasUnsupported(place: WorklistPlace, ds: DataSet): boolean {
  return [...ds.elements.keys()].filter(isKey).some((tag) => {
    if (place === 'request' && tag === STEP_SEQUENCE) return false;
    const key = worklistKey(place, tag);
    if (key === undefined) return true;
    if (key.vr === 'SQ') return !asksForCodes(itemsOf(ds, tag), key.matching === 'codes');
    return key.matching === 'none' && texts(ds, tag).some((value) => value !== '');
  });
}

/** Nothing but the parts of one code, with values only where they are matched. */
function asksForCodes(items: readonly DataSet[], matched: boolean): boolean {
  const elements = items.flatMap((item) => [...item.elements]);
  return (
    items.length < 2 && elements.every(([tag, { length }]) => CODE_ELEMENTS.includes(tag) && (matched || length === 0))
  );
}

/** One answer, encoded: requested keys only, those without a value with zero length. */
export function encodeWorklistAnswer(order: OrderRow, request: WorklistRequest, transferSyntaxUid: string): Buffer {
  const answer = projected(worklistItem(order, request.station), request.identifier);
  const charset = worklistCharset(answer, request.declared, request.configured);
  return encodeDataSet(fittedTo(answer, charset), transferSyntaxUid, charset);
}

/**
 * What of an item was asked for. A sequence without items, or with an empty one, asks for all of its attributes; a
 * sequence that is unknown here is answered empty, whatever lies in it.
 */
function projected(item: DicomJson, asked: DataSet): DicomJson {
  const answer: DicomJson = {};
  for (const tag of asked.elements.keys()) {
    if (!isKey(tag)) continue;
    const hex = hexOf(tag);
    const element = item[hex] ?? { vr: vrOf(tag) };
    const askedItem = itemsOf(asked, tag)[0];
    const partly = element.vr === 'SQ' && askedItem !== undefined && askedItem.elements.size > 0;
    const items = partly ? element.Value?.map((nested) => projected(nested as DicomJson, askedItem)) : element.Value;
    answer[hex] = { vr: element.vr, ...(items && { Value: items }) };
  }
  return answer;
}

/** What the access log says about a query: whose data where it is one patient's, and by which keys. */
export function describeWorklistQuery({ keys }: WorklistRequest): { patientId?: string; by: string } {
  const by = keys.map(({ tag }) => keywordOf(tag) ?? hexOf(tag)).join(', ');
  const [patientId, ...others] = keys.find(({ tag }) => tag === PATIENT_ID)?.values ?? [];
  const isOne = patientId !== undefined && others.length === 0 && !/[*?]/.test(patientId);
  return { by: by === '' ? 'worklist' : `worklist by ${by}`, ...(isOne && { patientId }) };
}
