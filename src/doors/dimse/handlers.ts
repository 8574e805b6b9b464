/** Which function answers which service. */
import type { Archive } from '../../archive/archive.ts';
import type { Worklist } from '../../worklist/worklist.ts';
import type { RequestHandler } from './conversation.ts';
import type { Handlers } from './dialogue.ts';
import { answerEcho } from './echo-scp.ts';
import { createFindHandler } from './find-scp.ts';
import { createGetHandler } from './get-scp.ts';
import { createMoveHandler, type MoveDeps } from './move-scp.ts';
import { createMppsHandler } from './mpps-scp.ts';
import { createStoreHandler } from './store-scp.ts';
import { createWorklistHandler } from './worklist-scp.ts';

export interface HandlerDeps extends MoveDeps {
  readonly archive: Archive;
  readonly worklist: Worklist;
  readonly commitment: RequestHandler;
  /** Our own AE title: the place to retrieve from, and the caller of what we open. */
  readonly aeTitle: string;
}

export function createHandlers(deps: HandlerDeps): Handlers {
  const { archive, worklist, commitment, aeTitle, transcode } = deps;
  return {
    echo: answerEcho,
    store: createStoreHandler(archive),
    find: createFindHandler(archive, aeTitle),
    get: createGetHandler(archive, transcode),
    move: createMoveHandler(deps),
    worklist: createWorklistHandler(worklist),
    mpps: createMppsHandler(worklist.performedSteps),
    commitment,
  };
}
