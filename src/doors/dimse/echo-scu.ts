/** Verification as SCU (PS3.4 Annex A): does a device answer? */
import { SOP_CLASS } from '../../dicom/sop-classes.ts';
import { EXPLICIT_LE, IMPLICIT_LE } from '../../dicom/transfer-syntaxes.ts';
import type { Log } from '../../log.ts';
import { COMMAND, ELEMENT, encodeCommandSet } from './command-set.ts';
import { openAssociation, type Requester } from './requester.ts';
import { type AssociationFailure, destinationOf, type Proposal } from './requester-settings.ts';
import type { Device } from './services.ts';
import type { TlsCertificates } from './tls-handshakes.ts';

export type EchoResult =
  | { kind: 'answered'; milliseconds: number }
  | { kind: 'refused'; detail: string }
  | { kind: 'unreachable'; detail: string };

export interface EchoSettings {
  /** Our own AE title. */
  readonly callingAe: string;
  readonly certificates: Pick<TlsCertificates, 'authority' | 'shown'>;
  readonly log: Log;
}

export const ECHO_PROPOSAL: Proposal = {
  abstractSyntax: SOP_CLASS.Verification,
  transferSyntaxes: [IMPLICIT_LE, EXPLICIT_LE],
};

/** Somebody waits at the screen. */
const PATIENCE_MS = 5000;
const LIMITS = { connectMs: PATIENCE_MS, associateMs: PATIENCE_MS, responseMs: PATIENCE_MS, releaseMs: 1000 };

/** Sends C-ECHO to a device, by TLS where that is set. Never throws: what went wrong is the outcome. */
export async function echo(
  device: Pick<Device, 'aeTitle' | 'host' | 'port' | 'tls' | 'certificate'>,
  { callingAe, certificates, log }: EchoSettings,
): Promise<EchoResult> {
  const destination = destinationOf(device, certificates);
  if (destination === undefined) return { kind: 'unreachable', detail: 'the device has no address or no port' };
  const proposals = [ECHO_PROPOSAL];
  const began = performance.now();
  const association = await openAssociation({ destination, callingAe, proposals, log, limits: LIMITS });
  if (association.kind === 'failed') return failed(association);
  const result = await ask(association, began);
  await association.release();
  return result;
}

/** PS3.7 section 9.3.5. */
async function ask(association: Requester, began: number): Promise<EchoResult> {
  const { conversation } = association;
  const [contextId = 1] = association.contexts.keys();
  const messageId = conversation.nextMessageId();
  const request = encodeCommandSet(
    [
      [ELEMENT.affectedSopClassUid, SOP_CLASS.Verification],
      [ELEMENT.commandField, COMMAND.echoRq],
      [ELEMENT.messageId, messageId],
    ],
    false,
  );
  conversation.send(contextId, request);
  const answer = await association.response(messageId);
  if (answer.kind === 'failed') return failed(answer);
  const status = answer.command.number(ELEMENT.status) ?? 0;
  if (status !== 0) return { kind: 'refused', detail: `status ${status.toString(16)}H` };
  return { kind: 'answered', milliseconds: Math.round(performance.now() - began) };
}

function failed({ reason, detail }: AssociationFailure): EchoResult {
  return { kind: reason === 'unreachable' ? 'unreachable' : 'refused', detail };
}
