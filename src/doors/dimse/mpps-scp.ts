/** Modality Performed Procedure Step as SCP: N-CREATE and N-SET (PS3.4 section F.7, PS3.7 sections 10.3.3 and 10.3.5). */
import { isStorableUid, newUid } from '../../dicom/uid.ts';
import { asArchiveError } from '../../errors.ts';
import type { PerformedSteps, StepOutcome } from '../../worklist/performed-steps.ts';
import { COMMAND, type CommandElement, ELEMENT, encodeCommandSet, errorComment, RESPONSE_BIT } from './command-set.ts';
import type { Conversation, Operation, Request, RequestHandler } from './conversation.ts';
import { collectIdentifier, readIdentifier } from './identifier-sink.ts';
import { STATUS, statusOf } from './status-of.ts';

/** Error ID of 0110H: the step may no longer be updated (PS3.4 Table F.7.2-2). */
const MAY_NO_LONGER_BE_UPDATED = 0xa710;

/** Answers N-CREATE-RQ and N-SET-RQ. */
export function createMppsHandler(steps: PerformedSteps): RequestHandler {
  return (conversation, request): Operation => {
    const { promise: finished, resolve } = Promise.withResolvers<void>();
    let whole = false;
    const dataSet = collectIdentifier((bytes) => {
      whole = true;
      resolve(run(steps, conversation, request, bytes));
    });
    if (!request.command.hasDataSet) dataSet.end();
    // A report that is whole is kept even when nobody waits for the answer any more.
    return { finished, dataSet, abandon: () => void (whole || resolve()) };
  };
}

async function run(
  steps: PerformedSteps,
  conversation: Conversation,
  request: Request,
  bytes: Buffer | null,
): Promise<void> {
  const { command, context } = request;
  const isNew = command.field === COMMAND.createRq;
  const given = command.text(isNew ? ELEMENT.affectedSopInstanceUid : ELEMENT.requestedSopInstanceUid);
  const uid = isNew && given === '' ? newUid() : given;
  const answer = (...elements: CommandElement[]) =>
    conversation.send(context.id, encodeCommandSet([...responseTo(request, uid), ...elements], false));
  if (!isStorableUid(uid)) return answer([ELEMENT.status, STATUS.invalidSopInstance]);
  try {
    const attributes = await readIdentifier(bytes, context.transferSyntax);
    const outcome = isNew
      ? await steps.create(uid, attributes, conversation.peer.who)
      : await steps.set(uid, attributes);
    answer(...elementsOf(outcome));
    if (outcome.kind === 'done') record(conversation, outcome, isNew);
  } catch (error) {
    const { code, detail } = asArchiveError(error);
    if (code !== 'QUERY_INVALID') conversation.logFailure('MPPS', error);
    answer([ELEMENT.status, statusOf(code, 'mpps')], errorComment(detail || 'the step was not kept'));
  }
}

function responseTo({ command, context }: Request, uid: string): CommandElement[] {
  return [
    [ELEMENT.commandField, command.field | RESPONSE_BIT],
    [ELEMENT.messageIdBeingRespondedTo, command.messageId],
    [ELEMENT.affectedSopClassUid, context.abstractSyntax],
    ...(uid === '' ? [] : [[ELEMENT.affectedSopInstanceUid, uid] as const]),
  ];
}

function elementsOf(outcome: StepOutcome): CommandElement[] {
  switch (outcome.kind) {
    case 'done':
      return [[ELEMENT.status, STATUS.success]];
    case 'duplicate':
      return [[ELEMENT.status, STATUS.duplicateSopInstance]];
    case 'unknown':
      return [[ELEMENT.status, STATUS.noSuchSopInstance]];
    case 'closed':
      return [
        [ELEMENT.status, STATUS.processingFailure],
        [ELEMENT.errorId, MAY_NO_LONGER_BE_UPDATED],
        errorComment('Performed Procedure Step Object may no longer be updated'),
      ];
    case 'invalid-status':
      return [[ELEMENT.status, STATUS.invalidAttributeValue], errorComment('Performed Procedure Step Status')];
    case 'missing':
      return [[ELEMENT.status, STATUS.missingAttribute], attributeList(outcome.tags)];
    case 'empty':
      return [[ELEMENT.status, STATUS.missingAttributeValue], attributeList(outcome.tags)];
  }
}

/** Attribute Identifier List (0000,1005), VR AT. */
function attributeList(tags: readonly number[]): CommandElement {
  const value = Buffer.alloc(tags.length * 4);
  tags.forEach((tag, index) => {
    value.writeUInt16LE(tag >>> 16, index * 4);
    value.writeUInt16LE(tag & 0xffff, index * 4 + 2);
  });
  return [ELEMENT.attributeIdentifierList, value];
}

function record(conversation: Conversation, outcome: Extract<StepOutcome, { kind: 'done' }>, isNew: boolean): void {
  const { patientId, studyInstanceUid, status } = outcome;
  conversation.recordAccess({
    action: 'mpps',
    detail: `${isNew ? 'N-CREATE' : 'N-SET'}: ${status}`,
    outcome: 'ok',
    ...(patientId !== '' && { patientId }),
    ...(studyInstanceUid !== '' && { studyInstanceUid }),
  });
}
