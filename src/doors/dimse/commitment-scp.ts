/**
 * Storage Commitment Push Model: N-ACTION of a device that asks us to vouch for its images, and N-EVENT-REPORT of one
 * that we have asked (PS3.4 sections J.3.2 and J.3.3, PS3.7 sections 10.3.1 and 10.3.4).
 */
import type { CommitmentRequests } from '../../commitment/commitment-requests.ts';
import type { Commitments } from '../../commitment/commitments.ts';
import type { DataSet } from '../../dicom/data-set.ts';
import {
  COMMITMENT_EVENT,
  REQUEST_STORAGE_COMMITMENT,
  readCommitmentReport,
  readCommitmentRequest,
  STORAGE_COMMITMENT_INSTANCE,
} from '../../dicom/storage-commitment.ts';
import { asArchiveError } from '../../errors.ts';
import { COMMAND, type CommandElement, ELEMENT, encodeCommandSet, errorComment, RESPONSE_BIT } from './command-set.ts';
import type { CommitmentReporter } from './commitment-report.ts';
import type { Conversation, Operation, Request, RequestHandler } from './conversation.ts';
import { collectIdentifier, readIdentifier } from './identifier-sink.ts';
import { STATUS, statusOf } from './status-of.ts';

/** Ten thousand references with UIDs of usual length. */
export const MAX_COMMITMENT_BYTES = 2 * 1024 * 1024;

export interface CommitmentDeps {
  readonly commitments: Commitments;
  readonly commitmentRequests: CommitmentRequests;
  readonly reporter: CommitmentReporter;
}

interface Answer {
  readonly status: number;
  readonly comment?: string;
}

/** Answers N-ACTION-RQ and N-EVENT-REPORT-RQ. */
export function createCommitmentHandler(deps: CommitmentDeps): RequestHandler {
  return (conversation, request): Operation => {
    const { promise: finished, resolve } = Promise.withResolvers<void>();
    let whole = false;
    const dataSet = collectIdentifier((bytes) => {
      whole = true;
      resolve(run(deps, conversation, request, bytes));
    }, MAX_COMMITMENT_BYTES);
    if (!request.command.hasDataSet) dataSet.end();
    // What is whole counts even when nobody waits for the answer any more.
    return { finished, dataSet, abandon: () => void (whole || resolve()) };
  };
}

async function run(
  deps: CommitmentDeps,
  conversation: Conversation,
  request: Request,
  bytes: Buffer | null,
): Promise<void> {
  const { status, comment } = await answerTo(deps, conversation, request, bytes);
  const elements: CommandElement[] = [[ELEMENT.status, status]];
  if (comment !== undefined) elements.push(errorComment(comment));
  conversation.send(request.context.id, encodeCommandSet([...responseTo(request), ...elements], false));
}

async function answerTo(
  deps: CommitmentDeps,
  conversation: Conversation,
  request: Request,
  bytes: Buffer | null,
): Promise<Answer> {
  const fault = faultOf(request);
  if (fault !== undefined) return fault;
  if (bytes === null) return { status: STATUS.resourceLimitation, comment: 'too many references in one request' };
  try {
    const isAction = request.command.field === COMMAND.actionRq;
    const information = await readIdentifier(bytes, request.context.transferSyntax);
    return await (isAction ? accept : takeReport)(deps, conversation, request, information);
  } catch (error) {
    const { code } = asArchiveError(error);
    if (code === 'QUERY_INVALID')
      return { status: STATUS.invalidArgumentValue, comment: 'the data set cannot be read' };
    conversation.logFailure('storage commitment', error);
    return { status: statusOf(code, 'commitment'), comment: 'the request was not kept' };
  }
}

/** What the command set alone is refused for. */
function faultOf({ command }: Request): Answer | undefined {
  const instance = command.text(ELEMENT.requestedSopInstanceUid) || command.text(ELEMENT.affectedSopInstanceUid);
  if (instance !== STORAGE_COMMITMENT_INSTANCE) return { status: STATUS.noSuchSopInstance };
  if (command.field === COMMAND.actionRq) {
    const isKnown = command.number(ELEMENT.actionTypeId) === REQUEST_STORAGE_COMMITMENT;
    return isKnown ? undefined : { status: STATUS.noSuchAction };
  }
  const event = command.number(ELEMENT.eventTypeId);
  const isKnown = event === COMMITMENT_EVENT.allCommitted || event === COMMITMENT_EVENT.someFailed;
  return isKnown ? undefined : { status: STATUS.noSuchEventType };
}

async function accept(
  { commitments, reporter }: CommitmentDeps,
  conversation: Conversation,
  { context }: Request,
  information: DataSet,
): Promise<Answer> {
  const asked = await readCommitmentRequest(information);
  if (typeof asked === 'string') return { status: STATUS.invalidArgumentValue, comment: asked };
  // Before it is taken: its report may be ready as soon as that.
  reporter.expectsReport(conversation, context);
  const { callingAe: aeTitle, address } = conversation.peer;
  const { kind } = await commitments.accept(asked, { aeTitle, address });
  const outcome = kind === 'full' ? 'refused' : 'ok';
  const detail = `N-ACTION: ${asked.references.length} instances`;
  conversation.recordAccess({ action: 'commitment', detail, outcome });
  if (kind === 'full')
    return { status: STATUS.resourceLimitation, comment: 'too many requests of this device are open' };
  commitments.deviceIsHere(aeTitle);
  return { status: STATUS.success };
}

async function takeReport(
  { commitmentRequests }: CommitmentDeps,
  conversation: Conversation,
  _request: Request,
  information: DataSet,
): Promise<Answer> {
  const told = await commitmentRequests.reported(conversation.peer.callingAe, await readCommitmentReport(information));
  if (told === undefined) return { status: STATUS.invalidArgumentValue, comment: 'this transaction is not known here' };
  const detail = `N-EVENT-REPORT: ${told.total} instances, ${told.failed} not committed`;
  conversation.recordAccess({ action: 'commitment', detail, outcome: 'ok' });
  return { status: STATUS.success };
}

function responseTo({ command, context }: Request): CommandElement[] {
  const isAction = command.field === COMMAND.actionRq;
  const type = isAction ? ELEMENT.actionTypeId : ELEMENT.eventTypeId;
  return [
    [ELEMENT.commandField, command.field | RESPONSE_BIT],
    [ELEMENT.messageIdBeingRespondedTo, command.messageId],
    [ELEMENT.affectedSopClassUid, context.abstractSyntax],
    [ELEMENT.affectedSopInstanceUid, STORAGE_COMMITMENT_INSTANCE],
    [type, command.number(type) ?? 0],
  ];
}
