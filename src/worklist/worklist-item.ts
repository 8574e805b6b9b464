/** An order as a Modality Worklist item (PS3.4 Table K.6-1), with every attribute that this archive knows. */
import { STEP_STATUS } from '../db/operations/order-matching.ts';
import type { OrderRow } from '../db/operations/orders.ts';
import type { DicomJson, DicomJsonElement } from '../dicom/dicom-json.ts';
import { hexOf } from '../dicom/dictionary.ts';
import { parsePersonName } from '../dicom/person-name.ts';
import { WORKLIST_KEYS, type WorklistKey, type WorklistPlace } from '../dicom/worklist-keys.ts';
import type { Code } from './order-content.ts';

/** Scheduled Procedure Step Sequence, the one sequence whose item holds keys. */
export const STEP_SEQUENCE = 0x00400100;

/**
 * The whole item.
 * @param station AE title in the place of one that the order leaves open: the attribute must have a value
 */
export function worklistItem(order: OrderRow, station: string): DicomJson {
  const values = valuesOf(order, station);
  const item = elementsOf('request', values);
  item[hexOf(STEP_SEQUENCE)] = { vr: 'SQ', Value: [elementsOf('step', values)] };
  return item;
}

function valuesOf(order: OrderRow, station: string): Record<string, string> {
  return {
    ...(order as unknown as Record<string, string>),
    status: STEP_STATUS[order.status] ?? '',
    stationAeTitle: order.stationAeTitle || station,
    startTime: order.startTime || '000000',
    stepDescription: order.stepDescription || order.description,
  };
}

function elementsOf(place: WorklistPlace, values: Record<string, string>): DicomJson {
  const keys = WORKLIST_KEYS.filter((key) => key.place === place);
  return Object.fromEntries(keys.map((key) => [hexOf(key.tag), elementOf(key, values[key.field ?? ''] ?? '')]));
}

function elementOf({ vr }: WorklistKey, value: string): DicomJsonElement {
  if (value === '') return { vr };
  if (vr === 'SQ') return { vr, Value: (JSON.parse(value) as Code[]).map(codeItem) };
  if (vr === 'PN') return { vr, Value: [nameJson(value)] };
  return { vr, Value: [vr === 'US' || vr === 'DS' ? Number(value) : value] };
}

function codeItem({ value, scheme, meaning }: Code): DicomJson {
  return {
    '00080100': { vr: 'SH', Value: [value] },
    '00080102': { vr: 'SH', Value: [scheme] },
    '00080104': { vr: 'LO', Value: [meaning] },
  };
}

function nameJson(value: string): Record<string, string> {
  const { alphabetic, ideographic, phonetic } = parsePersonName(value);
  return {
    ...(alphabetic && { Alphabetic: alphabetic }),
    ...(ideographic && { Ideographic: ideographic }),
    ...(phonetic && { Phonetic: phonetic }),
  };
}
