/** What devices report of their work (PS3.4 Annex F): kept as reported, and passed on to the orders behind it. */
import type { Database } from '../db/database.ts';
import type { StepReference, StepStatus } from '../db/operations/performed-steps.ts';
import { type DataSet, itemsOf, text } from '../dicom/data-set.ts';
import { type DicomJson, stringifyDicomJson, toDicomJson } from '../dicom/dicom-json.ts';
import { hexOf } from '../dicom/dictionary.ts';
import {
  DISCONTINUATION_REASON,
  FIXED_AT_CREATION,
  NEEDED_AT_CREATION,
  PERFORMED_STEP_STATUS,
  SCHEDULED_STEP_ATTRIBUTES,
  STUDY_INSTANCE_UID,
  WRONG_WORKLIST_ENTRY,
} from '../dicom/performed-step-attributes.ts';

/** What becomes of a report; `missing` and `empty` name the tags, `patientId` says whose it was. */
export type StepOutcome =
  | { kind: 'done'; patientId: string; studyInstanceUid: string; status: StepStatus }
  | { kind: 'duplicate' | 'unknown' | 'closed' | 'invalid-status' }
  | { kind: 'missing' | 'empty'; tags: readonly number[] };

const PATIENT_ID = 0x00100020;
const ACCESSION_NUMBER = 0x00080050;
const SCHEDULED_STEP_ID = 0x00400009;
const CODE_VALUE = 0x00080100;
const STATUSES: readonly string[] = ['IN PROGRESS', 'COMPLETED', 'DISCONTINUED'] satisfies StepStatus[];

export class PerformedSteps {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** N-CREATE. @param reportedBy 'AE@address' */
  async create(sopInstanceUid: string, attributes: DataSet, reportedBy: string): Promise<StepOutcome> {
    const refusal = refusalOf(attributes);
    if (refusal !== undefined) return refusal;
    const references = itemsOf(attributes, SCHEDULED_STEP_ATTRIBUTES).map(referenceOf);
    const patientId = text(attributes, PATIENT_ID);
    const created = await this.#database.write('createPerformedStep', {
      sopInstanceUid,
      status: 'IN PROGRESS',
      wrongEntry: false,
      attributes: stringifyDicomJson(toDicomJson(attributes, {})),
      references,
      patientId,
      reportedBy,
      now: new Date().toISOString(),
    });
    if (!created) return { kind: 'duplicate' };
    return { kind: 'done', patientId, studyInstanceUid: references[0]?.studyInstanceUid ?? '', status: 'IN PROGRESS' };
  }

  /** N-SET: attributes that are set at creation only stay as they are. */
  async set(sopInstanceUid: string, modifications: DataSet): Promise<StepOutcome> {
    const known = await this.#database.read('performedStep', { sopInstanceUid });
    if (known === undefined) return { kind: 'unknown' };
    if (known.status !== 'IN PROGRESS') return { kind: 'closed' };
    const status = text(modifications, PERFORMED_STEP_STATUS) || known.status;
    if (!STATUSES.includes(status)) return { kind: 'invalid-status' };
    const attributes = merged(JSON.parse(known.attributes) as DicomJson, modifications);
    const kind = await this.#database.write('changePerformedStep', {
      sopInstanceUid,
      status: status as StepStatus,
      wrongEntry: status === 'DISCONTINUED' && isWrongEntry(modifications),
      attributes: stringifyDicomJson(attributes),
      now: new Date().toISOString(),
    });
    if (kind !== 'changed') return { kind };
    return { kind: 'done', ...whose(attributes), status: status as StepStatus };
  }
}

function refusalOf(attributes: DataSet): StepOutcome | undefined {
  const missing = NEEDED_AT_CREATION.filter((tag) => !attributes.elements.has(tag));
  if (missing.length > 0) return { kind: 'missing', tags: missing };
  const items = itemsOf(attributes, SCHEDULED_STEP_ATTRIBUTES);
  const hasValue = (tag: number) =>
    tag === SCHEDULED_STEP_ATTRIBUTES ? items.length > 0 : text(attributes, tag) !== '';
  const empty = NEEDED_AT_CREATION.filter((tag) => !hasValue(tag));
  if (empty.length > 0) return { kind: 'empty', tags: empty };
  if (items.some((item) => text(item, STUDY_INSTANCE_UID) === ''))
    return { kind: 'missing', tags: [STUDY_INSTANCE_UID] };
  return text(attributes, PERFORMED_STEP_STATUS) === 'IN PROGRESS' ? undefined : { kind: 'invalid-status' };
}

function referenceOf(item: DataSet): StepReference {
  return {
    studyInstanceUid: text(item, STUDY_INSTANCE_UID),
    accessionNumber: text(item, ACCESSION_NUMBER),
    scheduledProcedureStepId: text(item, SCHEDULED_STEP_ID),
  };
}

function merged(known: DicomJson, modifications: DataSet): DicomJson {
  const changes = Object.entries(toDicomJson(modifications, {}));
  return {
    ...known,
    ...Object.fromEntries(changes.filter(([hex]) => !FIXED_AT_CREATION.has(Number.parseInt(hex, 16)))),
  };
}

function isWrongEntry(modifications: DataSet): boolean {
  return itemsOf(modifications, DISCONTINUATION_REASON).some((item) => text(item, CODE_VALUE) === WRONG_WORKLIST_ENTRY);
}

function whose(attributes: DicomJson): { patientId: string; studyInstanceUid: string } {
  const first = (json: DicomJson | undefined, tag: number) => json?.[hexOf(tag)]?.Value?.[0];
  const item = first(attributes, SCHEDULED_STEP_ATTRIBUTES) as DicomJson | undefined;
  return {
    patientId: String(first(attributes, PATIENT_ID) ?? ''),
    studyInstanceUid: String(first(item, STUDY_INSTANCE_UID) ?? ''),
  };
}
