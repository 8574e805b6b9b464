/** Requests of ours to the query and retrieve services of another PACS (PS3.7 sections 9.1.2 to 9.1.4). */
import type { CharacterSet } from '../../dicom/charset.ts';
import type { DicomJson } from '../../dicom/dicom-json.ts';
import { encodeDataSet } from '../../dicom/encode-data-set.ts';
import { EXPLICIT_LE, IMPLICIT_LE } from '../../dicom/transfer-syntaxes.ts';
import type { Log } from '../../log.ts';
import { COMMAND, type CommandElement, ELEMENT, encodeCommandSet } from './command-set.ts';
import type { Requester } from './requester.ts';
import type { AssociationFailure, Proposal } from './requester-settings.ts';
import type { TlsCertificates } from './tls-handshakes.ts';
import type { AcceptedContext } from './upper-layer/negotiation.ts';

/** Who calls. */
export interface Caller {
  /** Our own AE title. */
  readonly callingAe: string;
  readonly certificates: Pick<TlsCertificates, 'authority' | 'shown'>;
  readonly log: Log;
}

/** The device answered, but not with what was asked for. */
export interface Refusal {
  readonly kind: 'refused';
  readonly status: number;
  /** The device's own words. */
  readonly detail: string;
}

export const NO_PLACE: AssociationFailure = {
  kind: 'failed',
  reason: 'unreachable',
  detail: 'the device has no address or no port',
};

const MEDIUM = 0;

export function proposalOf(abstractSyntax: string): Proposal {
  return { abstractSyntax, transferSyntaxes: [EXPLICIT_LE, IMPLICIT_LE] };
}

export interface RemoteRequest {
  readonly sopClassUid: string;
  readonly field: number;
  readonly identifier: DicomJson;
  readonly charset?: CharacterSet;
  readonly moveDestination?: string;
}

/** A request under way on its presentation context. */
export interface Asked {
  readonly context: AcceptedContext;
  readonly messageId: number;
}

/** Sends the request; undefined when the device has not accepted its presentation context. */
export function ask(association: Requester, request: RemoteRequest): Asked | undefined {
  const context = [...association.contexts.values()].find((one) => one.abstractSyntax === request.sopClassUid);
  if (context === undefined) return undefined;
  const { conversation } = association;
  const messageId = conversation.nextMessageId();
  const elements: CommandElement[] = [
    [ELEMENT.affectedSopClassUid, request.sopClassUid],
    [ELEMENT.commandField, request.field],
    [ELEMENT.messageId, messageId],
  ];
  if (request.moveDestination !== undefined) elements.push([ELEMENT.moveDestination, request.moveDestination]);
  elements.push([ELEMENT.priority, MEDIUM]);
  const identifier = encodeDataSet(request.identifier, context.transferSyntax, request.charset ?? []);
  conversation.send(context.id, encodeCommandSet(elements, true), identifier);
  return { context, messageId };
}

/** C-CANCEL (PS3.7 section 9.3.2.3): the final answer still comes. */
export function cancel({ conversation }: Requester, { context, messageId }: Asked): void {
  const elements: CommandElement[] = [
    [ELEMENT.commandField, COMMAND.cancelRq],
    [ELEMENT.messageIdBeingRespondedTo, messageId],
  ];
  conversation.send(context.id, encodeCommandSet(elements, false));
}
