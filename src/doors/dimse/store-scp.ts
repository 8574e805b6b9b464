/**
 * Storage as SCP (PS3.4 Annex B, PS3.7 section 9.3.1). The data set goes to the archive as it comes off the socket: no
 * joining, no parsing here. The response is written when the archive says that the bytes are safe.
 */
import type { Archive } from '../../archive/archive.ts';
import type { Origin, Reception, StoreOutcome } from '../../archive/receive.ts';
import { ERRORS, type ErrorCode } from '../../error-table.ts';
import { asArchiveError } from '../../errors.ts';
import { ELEMENT, encodeCommandSet, errorComment, responseElements } from './command-set.ts';
import type { Conversation, Operation, Peer, Request, RequestHandler } from './conversation.ts';
import { statusOf } from './status-of.ts';

/** Answers C-STORE-RQ. */
export function createStoreHandler(archive: Pick<Archive, 'receive'>): RequestHandler {
  return (conversation, request) => {
    if (!request.command.hasDataSet) {
      answer(conversation, request, failure('DATA_SET_UNREADABLE', 'the request has no data set'));
      return null;
    }
    const reception = archive.receive.begin({
      origin: originOf(conversation.peer),
      sopClassUid: request.command.text(ELEMENT.affectedSopClassUid) || request.context.abstractSyntax,
      sopInstanceUid: request.command.text(ELEMENT.affectedSopInstanceUid),
      transferSyntaxUid: request.context.transferSyntax,
    });
    return receive(conversation, request, reception);
  };
}

function receive(conversation: Conversation, request: Request, reception: Reception): Operation {
  const { promise: finished, resolve } = Promise.withResolvers<void>();
  let wholeSince: number | null = null;
  const finish = async () => {
    answer(conversation, request, await outcomeOf(conversation, reception));
    resolve();
  };
  return {
    finished,
    congestion: reception,
    get wholeSince() {
      return wholeSince;
    },
    dataSet: {
      write: (slice) => reception.write(slice),
      end() {
        wholeSince = performance.now();
        void finish();
      },
    },
    abandon() {
      // A whole data set is kept even when nobody waits for the answer any more: the sender may believe it was stored.
      if (wholeSince !== null) return;
      void reception.abort().catch((error: unknown) => conversation.logFailure('aborting a reception', error));
      resolve();
    },
  };
}

async function outcomeOf(conversation: Conversation, reception: Reception): Promise<StoreOutcome> {
  try {
    return await reception.end();
  } catch (error) {
    conversation.logFailure('C-STORE', error);
    const { code, detail } = asArchiveError(error);
    return failure(code, detail);
  }
}

function failure(code: ErrorCode, detail: string): StoreOutcome {
  return { kind: 'failed', code, detail };
}

/** Every kind of keeping is a Success to the sender; what needs a human is shown to the staff, not to the modality. */
function answer(conversation: Conversation, { context, command }: Request, outcome: StoreOutcome): void {
  if (outcome.kind === 'failed') {
    const elements = responseElements(command, statusOf(outcome.code, 'store'));
    elements.push(errorComment(ERRORS[outcome.code].en));
    conversation.send(context.id, encodeCommandSet(elements, false));
    return;
  }
  conversation.send(context.id, encodeCommandSet(responseElements(command, 0), false));
  const { studyInstanceUid, patientId } = outcome;
  const whose = patientId === '' ? { studyInstanceUid } : { studyInstanceUid, patientId };
  conversation.recordAccess({ action: 'store', ...whose, detail: 'C-STORE', outcome: 'ok' });
}

/** The device counts as approved for the archive only by title and address together. */
function originOf(peer: Peer): Origin {
  const device = peer.device === undefined ? null : peer.who;
  return { callingAe: peer.callingAe, peerAddress: peer.address, device, via: 'dimse' };
}
