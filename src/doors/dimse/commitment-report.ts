/**
 * Delivers storage commitment reports (N-EVENT-REPORT, PS3.4 section J.3.3): on the association on which the device has
 * asked, when that is still there, otherwise on one of our own to the device's address, in reversed roles.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { AttemptOutcome } from '../../commitment/attempt-queue.ts';
import type { CommitmentReport } from '../../commitment/commitments.ts';
import { SOP_CLASS } from '../../dicom/sop-classes.ts';
import { COMMITMENT_EVENT, STORAGE_COMMITMENT_INSTANCE } from '../../dicom/storage-commitment.ts';
import { EXPLICIT_LE, IMPLICIT_LE } from '../../dicom/transfer-syntaxes.ts';
import type { Log } from '../../log.ts';
import { COMMAND, type CommandElement, ELEMENT, encodeCommandSet } from './command-set.ts';
import { encodeReport } from './commitment-information.ts';
import { outcomeOf, unreachable } from './commitment-outcome.ts';
import type { Conversation } from './conversation.ts';
import type { DeviceDirectory } from './devices.ts';
import { openAssociation } from './requester.ts';
import { destinationOf, type Proposal, type RequesterLimits } from './requester-settings.ts';
import type { TlsCertificates } from './tls-handshakes.ts';
import type { AcceptedContext } from './upper-layer/negotiation.ts';

export interface ReporterSettings {
  readonly directory: DeviceDirectory;
  readonly certificates: Pick<TlsCertificates, 'authority' | 'shown'>;
  /** Our own AE title. */
  readonly aeTitle: string;
  readonly log: Log;
  /**
   * How long an association has to be silent before a report is sent on it: many devices release right after their
   * request, and take the report on another association. Milliseconds.
   */
  readonly silenceMs?: number;
  /** For the answer to a report. Milliseconds. */
  readonly answerMs?: number;
  readonly limits?: Partial<RequesterLimits>;
  /** Ends what is under way. */
  readonly signal: AbortSignal;
}

/** An association on which a device has asked for storage commitment. */
interface OpenAssociation {
  readonly conversation: Conversation;
  readonly context: AcceptedContext;
  askedAt: number;
}

const SILENCE_MS = 1000;
const ANSWER_MS = 30_000;

export class CommitmentReporter {
  readonly #settings: ReporterSettings;
  readonly #open = new Set<OpenAssociation>();

  constructor(settings: ReporterSettings) {
    this.#settings = settings;
  }

  /** The device has asked on this association. */
  expectsReport(conversation: Conversation, context: AcceptedContext): void {
    for (const open of this.#open) {
      if (open.conversation.output.ended) this.#open.delete(open);
      else if (open.conversation === conversation) {
        open.askedAt = Date.now();
        return;
      }
    }
    this.#open.add({ conversation, context, askedAt: Date.now() });
  }

  /** Never throws. */
  async deliver(report: CommitmentReport): Promise<AttemptOutcome> {
    return (await this.#onSameAssociation(report)) ?? (await this.#onNewAssociation(report));
  }

  /** Undefined: there is none, or nothing came back on it. */
  async #onSameAssociation(report: CommitmentReport): Promise<AttemptOutcome | undefined> {
    for (const open of this.#open) {
      const { conversation, context } = open;
      const { callingAe, address } = conversation.peer;
      if (callingAe !== report.aeTitle || address !== report.address || !(await this.#isSilent(open))) continue;
      const dataSet = await encodeReport(report, context.transferSyntax);
      const within = this.#settings.answerMs ?? ANSWER_MS;
      const response = await conversation.ask(context.id, reportElements(report), dataSet, within);
      if (response !== null) return outcomeOf(response);
      this.#open.delete(open);
    }
    return undefined;
  }

  /** Waits until the association is silent; false when it has ended. */
  async #isSilent(open: OpenAssociation): Promise<boolean> {
    const { signal } = this.#settings;
    const { silenceMs = SILENCE_MS } = this.#settings;
    while (!open.conversation.output.ended && !signal.aborted) {
      const rest = open.askedAt + silenceMs - Date.now();
      if (rest <= 0) return true;
      await delay(Math.min(rest, 100), undefined, { signal }).catch(() => undefined);
    }
    this.#open.delete(open);
    return false;
  }

  async #onNewAssociation(report: CommitmentReport): Promise<AttemptOutcome> {
    const { directory, certificates, aeTitle, log, limits } = this.#settings;
    const device = directory.find(report.aeTitle, report.address);
    if (device === undefined) return unreachable('the device is not approved any more');
    const host = device.host === 'any' ? report.address : device.host;
    const destination = destinationOf({ ...device, host }, certificates);
    if (destination === undefined) return unreachable('the device has no port to report to');
    const association = await openAssociation({
      destination,
      callingAe: aeTitle,
      proposals: [REPORT_PROPOSAL],
      log,
      signal: this.#settings.signal,
      ...(limits !== undefined && { limits }),
    });
    if (association.kind === 'failed') return unreachable(`${association.reason}: ${association.detail}`);
    const [context] = association.contexts.values();
    const { conversation } = association;
    const messageId = conversation.nextMessageId();
    const elements: CommandElement[] = [...reportElements(report), [ELEMENT.messageId, messageId]];
    const dataSet = await encodeReport(report, (context as AcceptedContext).transferSyntax);
    conversation.send((context as AcceptedContext).id, encodeCommandSet(elements, true), dataSet);
    const response = await association.response(messageId);
    if (response.kind === 'failed') return unreachable(`${response.reason}: ${response.detail}`);
    await association.release();
    return outcomeOf(response.command);
  }
}

/** We are the SCP, though we open the association (PS3.7 Annex D.3.3.4). */
export const REPORT_PROPOSAL: Proposal = {
  abstractSyntax: SOP_CLASS.StorageCommitmentPushModel,
  transferSyntaxes: [EXPLICIT_LE, IMPLICIT_LE],
  role: { scu: false, scp: true },
};

function reportElements({ results }: CommitmentReport): CommandElement[] {
  const allCommitted = results.every(({ failureReason }) => failureReason === 0);
  return [
    [ELEMENT.affectedSopClassUid, SOP_CLASS.StorageCommitmentPushModel],
    [ELEMENT.commandField, COMMAND.eventReportRq],
    [ELEMENT.affectedSopInstanceUid, STORAGE_COMMITMENT_INSTANCE],
    [ELEMENT.eventTypeId, allCommitted ? COMMITMENT_EVENT.allCommitted : COMMITMENT_EVENT.someFailed],
  ];
}
