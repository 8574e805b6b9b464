/** Asks a device to vouch for the images that it was sent: N-ACTION on an association of our own (PS3.4 section J.3.2). */
import { setTimeout as delay } from 'node:timers/promises';
import type { AttemptOutcome } from '../../commitment/attempt-queue.ts';
import type { AskedOf } from '../../commitment/commitment-requests.ts';
import { encodeDataSet } from '../../dicom/encode-data-set.ts';
import { SOP_CLASS } from '../../dicom/sop-classes.ts';
import {
  commitmentRequestJson,
  REQUEST_STORAGE_COMMITMENT,
  STORAGE_COMMITMENT_INSTANCE,
} from '../../dicom/storage-commitment.ts';
import { EXPLICIT_LE, IMPLICIT_LE } from '../../dicom/transfer-syntaxes.ts';
import type { Log } from '../../log.ts';
import { COMMAND, type CommandElement, ELEMENT, encodeCommandSet } from './command-set.ts';
import { outcomeOf, unreachable } from './commitment-outcome.ts';
import type { Access, RequestHandler } from './conversation.ts';
import { openAssociation, type Requester } from './requester.ts';
import { destinationOf, type Proposal, type RequesterLimits } from './requester-settings.ts';
import { type Device, serviceOf } from './services.ts';
import type { TlsCertificates } from './tls-handshakes.ts';
import type { AcceptedContext } from './upper-layer/negotiation.ts';

export interface AskerSettings {
  readonly devices: () => readonly Device[];
  readonly certificates: Pick<TlsCertificates, 'authority' | 'shown'>;
  /** Our own AE title. */
  readonly aeTitle: string;
  readonly log: Log;
  /** Takes the report of a device that sends it on the same association. */
  readonly onReport: RequestHandler;
  readonly onAccess: (access: Access) => void;
  /** How long the association stays open for the report after the request was taken. Milliseconds. */
  readonly stayMs?: number;
  readonly limits?: Partial<RequesterLimits>;
}

const STAY_MS = 2000;
export const REQUEST_PROPOSAL: Proposal = {
  abstractSyntax: SOP_CLASS.StorageCommitmentPushModel,
  transferSyntaxes: [EXPLICIT_LE, IMPLICIT_LE],
};

/** Asks once; done when the device has taken the question. Never throws. @param signal ends what is under way */
export async function askForCommitment(
  asked: AskedOf,
  settings: AskerSettings,
  signal: AbortSignal,
): Promise<AttemptOutcome> {
  const { aeTitle: callingAe, log, limits, onAccess } = settings;
  const device = settings.devices().find(({ aeTitle, host }) => aeTitle === asked.aeTitle && host === asked.address);
  const destination = device && destinationOf(device, settings.certificates);
  if (destination === undefined) return unreachable('the device has no address or no port any more');
  const { promise: reported, resolve } = Promise.withResolvers<void>();
  const commitment: RequestHandler = (conversation, request) => {
    const operation = settings.onReport(conversation, request);
    void operation?.finished.finally(resolve);
    return operation;
  };
  const serving = { service: serviceOf, handlers: { commitment }, device, onAccess };
  const given = limits === undefined ? {} : { limits };
  const opening = { destination, callingAe, proposals: [REQUEST_PROPOSAL], log, signal, serving, ...given };
  const association = await openAssociation(opening);
  if (association.kind === 'failed') return unreachable(`${association.reason}: ${association.detail}`);
  const outcome = await request(association, asked);
  if (outcome.kind === 'done') await stay(reported, settings.stayMs ?? STAY_MS, signal);
  await association.release();
  return outcome;
}

async function request(association: Requester, asked: AskedOf): Promise<AttemptOutcome> {
  const { conversation } = association;
  const context = association.contexts.values().next().value as AcceptedContext;
  const messageId = conversation.nextMessageId();
  const elements: CommandElement[] = [
    [ELEMENT.requestedSopClassUid, SOP_CLASS.StorageCommitmentPushModel],
    [ELEMENT.commandField, COMMAND.actionRq],
    [ELEMENT.messageId, messageId],
    [ELEMENT.requestedSopInstanceUid, STORAGE_COMMITMENT_INSTANCE],
    [ELEMENT.actionTypeId, REQUEST_STORAGE_COMMITMENT],
  ];
  const dataSet = encodeDataSet(commitmentRequestJson(asked), context.transferSyntax, []);
  conversation.send(context.id, encodeCommandSet(elements, true), dataSet);
  const response = await association.response(messageId);
  if (response.kind === 'failed') return unreachable(`${response.reason}: ${response.detail}`);
  return outcomeOf(response.command);
}

async function stay(reported: Promise<void>, most: number, signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  const ends = () => over.abort();
  signal.addEventListener('abort', ends);
  await Promise.race([reported, delay(most, undefined, { signal: over.signal }).catch(() => undefined)]);
  signal.removeEventListener('abort', ends);
  over.abort();
}
