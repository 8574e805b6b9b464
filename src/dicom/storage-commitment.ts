/** The data sets of the Storage Commitment Push Model: what is asked and what is reported (PS3.4 sections J.3.2 and J.3.3). */
import { setImmediate as turn } from 'node:timers/promises';
import { type DataSet, itemsOf, number, text } from './data-set.ts';
import type { DicomJson } from './dicom-json.ts';
import { isStorableUid } from './uid.ts';

/** Well-known SOP Instance (PS3.4 section J.3.5). */
export const STORAGE_COMMITMENT_INSTANCE = '1.2.840.10008.1.20.1.1';

/** Action Type ID of the N-ACTION (PS3.4 table J.3-1). */
export const REQUEST_STORAGE_COMMITMENT = 1;

/** Event Type ID of the N-EVENT-REPORT (PS3.4 table J.3-4). */
export const COMMITMENT_EVENT = { allCommitted: 1, someFailed: 2 } as const;

/** Values of Failure Reason (0008,1197) (PS3.3 section C.14.1.1). */
export const FAILURE_REASON = {
  processingFailure: 0x0110,
  noSuchInstance: 0x0112,
  classInstanceConflict: 0x0119,
  duplicateTransaction: 0x0131,
} as const;

const TRANSACTION_UID = 0x00081195;
const FAILED_SOP_SEQUENCE = 0x00081198;
const REFERENCED_SOP_SEQUENCE = 0x00081199;
const REFERENCED_SOP_CLASS_UID = 0x00081150;
const REFERENCED_SOP_INSTANCE_UID = 0x00081155;
/** References read in one turn of the event loop. */
const PER_TURN = 500;
const FAILURE_REASON_TAG = 0x00081197;

export interface InstanceReference {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
}

export interface CommitmentResult extends InstanceReference {
  /** 0: committed. */
  readonly failureReason: number;
}

export interface CommitmentRequest {
  readonly transactionUid: string;
  /** In order, each once. */
  readonly references: readonly InstanceReference[];
}

/** Reads the Action Information, in turns. Returns what is wrong with it as a string. */
export async function readCommitmentRequest(information: DataSet): Promise<CommitmentRequest | string> {
  const transactionUid = text(information, TRANSACTION_UID);
  if (!isStorableUid(transactionUid)) return 'Transaction UID is missing or malformed';
  const references = new Map<string, InstanceReference>();
  for await (const item of inTurns(itemsOf(information, REFERENCED_SOP_SEQUENCE))) {
    const reference = referenceOf(item);
    if (!isReportable(reference.sopClassUid) || !isReportable(reference.sopInstanceUid)) {
      return 'a reference has no UID, or one that is too long';
    }
    references.set(`${reference.sopClassUid} ${reference.sopInstanceUid}`, reference);
  }
  if (references.size === 0) return 'Referenced SOP Sequence is missing or empty';
  return { transactionUid, references: [...references.values()] };
}

async function* inTurns(items: readonly DataSet[]): AsyncGenerator<DataSet> {
  for (let at = 0; at < items.length; at += PER_TURN) {
    if (at > 0) await turn();
    yield* items.slice(at, at + PER_TURN);
  }
}

function referenceOf(item: DataSet): InstanceReference {
  return {
    sopClassUid: text(item, REFERENCED_SOP_CLASS_UID),
    sopInstanceUid: text(item, REFERENCED_SOP_INSTANCE_UID),
  };
}

/** Whatever fits a UI element can be answered: a UID that no instance can have is one that we do not have. */
function isReportable(uid: string): boolean {
  return /^[!-~]{1,64}$/.test(uid);
}

/** The Action Information. */
export function commitmentRequestJson({ transactionUid, references }: CommitmentRequest): DicomJson {
  return { '00081195': uidElement(transactionUid), '00081199': sequence(references.map(referenceJson)) };
}

/** The Event Information; the sequence that would be empty is left out. */
export function commitmentReportJson(transactionUid: string, results: readonly CommitmentResult[]): DicomJson {
  const committed = results.filter(({ failureReason }) => failureReason === 0).map(referenceJson);
  const failed = results.filter(({ failureReason }) => failureReason !== 0).map(failureJson);
  return {
    '00081195': uidElement(transactionUid),
    ...(failed.length > 0 && { '00081198': sequence(failed) }),
    ...(committed.length > 0 && { '00081199': sequence(committed) }),
  };
}

function referenceJson({ sopClassUid, sopInstanceUid }: InstanceReference): DicomJson {
  return { '00081150': uidElement(sopClassUid), '00081155': uidElement(sopInstanceUid) };
}

function failureJson(result: CommitmentResult): DicomJson {
  return { ...referenceJson(result), '00081197': { vr: 'US', Value: [result.failureReason] } };
}

function uidElement(uid: string) {
  return { vr: 'UI', Value: [uid] };
}

function sequence(items: DicomJson[]) {
  return { vr: 'SQ', Value: items };
}

/** Reads the Event Information, in turns: what became of each instance that it names. */
export async function readCommitmentReport(
  information: DataSet,
): Promise<{ transactionUid: string; results: CommitmentResult[] }> {
  const results: CommitmentResult[] = [];
  for await (const item of inTurns(itemsOf(information, REFERENCED_SOP_SEQUENCE))) {
    results.push({ ...referenceOf(item), failureReason: 0 });
  }
  for await (const item of inTurns(itemsOf(information, FAILED_SOP_SEQUENCE))) {
    results.push({ ...referenceOf(item), failureReason: failureReasonOf(item) });
  }
  return { transactionUid: text(information, TRANSACTION_UID), results };
}

/** A failure without a reason is a failure all the same. */
function failureReasonOf(item: DataSet): number {
  return number(item, FAILURE_REASON_TAG) || FAILURE_REASON.processingFailure;
}
