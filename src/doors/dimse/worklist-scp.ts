/** Modality Worklist as SCP (PS3.4 Annex K, PS3.7 section 9.1.2). */
import type { OrderPlace, OrderRow, Worklist } from '../../worklist/worklist.ts';
import type { RequestHandler } from './conversation.ts';
import { createQueryHandler } from './query-scp.ts';
import {
  describeWorklistQuery,
  encodeWorklistAnswer,
  readWorklistIdentifier,
  type WorklistRequest,
} from './worklist-identifier.ts';

/** Answers C-FIND-RQ on a worklist context. */
export function createWorklistHandler(worklist: Pick<Worklist, 'scheduledSteps'>): RequestHandler {
  return createQueryHandler<WorklistRequest, OrderRow, OrderPlace>({
    service: 'worklist',
    read: (identifier, _request, { device, callingAe }) => readWorklistIdentifier(identifier, device, callingAe),
    async page({ keys }, limit, after) {
      const page = await worklist.scheduledSteps(keys, limit, after);
      return { matches: page.orders, after: page.after };
    },
    encode: encodeWorklistAnswer,
    describe: describeWorklistQuery,
  });
}
