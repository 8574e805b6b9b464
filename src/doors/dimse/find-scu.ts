/** Query as SCU: which studies another PACS has (PS3.4 section C.4.1, Study Root). */
import { isPlainText } from '../../dicom/charset.ts';
import { type DicomJson, toDicomJson } from '../../dicom/dicom-json.ts';
import { readDataSet } from '../../dicom/read-data-set.ts';
import { SOP_CLASS } from '../../dicom/sop-classes.ts';
import { parseCharset, withCharset } from './answer-charset.ts';
import { COMMAND, ELEMENT } from './command-set.ts';
import { ask, type Caller, cancel, NO_PLACE, proposalOf, type Refusal } from './remote-request.ts';
import { openAssociation, type Requester } from './requester.ts';
import { type AssociationFailure, destinationOf } from './requester-settings.ts';
import type { Device } from './services.ts';
import { STATUS } from './status-of.ts';

export interface Found {
  readonly kind: 'found';
  readonly matches: readonly DicomJson[];
  /** False: there were more than we take. */
  readonly complete: boolean;
}

const MOST_MATCHES = 500;
/** A device that repeats itself, or does not heed C-CANCEL, is not listened to for ever. */
const MOST_ANSWERS = 20_000;
/** Both pending statuses of C-FIND (PS3.4 table C.4-1). */
const PENDING: ReadonlySet<number> = new Set([0xff00, 0xff01]);

/** Asks a device for studies. Never throws for what the device does. */
export async function findStudies(
  device: Device,
  keys: DicomJson,
  { callingAe, certificates, log }: Caller,
): Promise<Found | Refusal | AssociationFailure> {
  const destination = destinationOf(device, certificates);
  if (destination === undefined) return NO_PLACE;
  const proposals = [proposalOf(SOP_CLASS.StudyRootFind)];
  const association = await openAssociation({ destination, callingAe, proposals, log });
  if (association.kind === 'failed') return association;
  try {
    return await query(association, device, keys);
  } finally {
    await association.release();
  }
}

async function query(
  association: Requester,
  device: Device,
  keys: DicomJson,
): Promise<Found | Refusal | AssociationFailure> {
  const charset = parseCharset(device.charset);
  const identifier = { '00080052': { vr: 'CS', Value: ['STUDY'] }, ...keys };
  const request = { sopClassUid: SOP_CLASS.StudyRootFind, field: COMMAND.findRq, identifier };
  // A name in Hangul needs a set; a device that says nothing about itself is asked in UTF-8.
  const asked = ask(association, {
    ...request,
    charset: charset ?? (isPlainText(JSON.stringify(keys)) ? [] : ['ISO_IR 192']),
  });
  if (asked === undefined) throw new Error('the only context was accepted');
  // Some PACS answer a study once for each of its images.
  const matches = new Map<string, DicomJson>();
  let complete = true;
  const take = (dataSet: Buffer | null) => {
    if (matches.size < MOST_MATCHES) {
      for (const match of readMatch(dataSet, asked.context.transferSyntax, charset)) matches.set(uidOf(match), match);
    } else if (complete) {
      complete = false;
      cancel(association, asked);
    }
  };
  const found = (): Found => ({ kind: 'found', matches: [...matches.values()], complete });
  for (let answers = 0; answers < MOST_ANSWERS; answers++) {
    const answer = await association.response(asked.messageId);
    if (answer.kind === 'failed') return answer;
    const status = answer.command.number(ELEMENT.status) ?? STATUS.cannotUnderstand;
    if (PENDING.has(status)) take(answer.dataSet);
    else if (status === STATUS.success || status === STATUS.cancelled) return found();
    else return { kind: 'refused', status, detail: answer.command.text(ELEMENT.errorComment) };
  }
  complete = false;
  return found();
}

const uidOf = (match: DicomJson) => String(match['0020000D']?.Value?.[0] ?? '');

/** An answer that cannot be read is left out. */
function readMatch(
  bytes: Buffer | null,
  transferSyntax: string,
  charset: ReturnType<typeof parseCharset>,
): DicomJson[] {
  try {
    return bytes === null ? [] : [toDicomJson(withCharset(readDataSet(bytes, transferSyntax), charset), {})];
  } catch {
    return [];
  }
}
