/** Which function answers which service. */
import type { Archive } from '../../archive/archive.ts';
import type { Worklist } from '../../worklist/worklist.ts';
import type { Handlers } from './dialogue.ts';
import { answerEcho } from './echo-scp.ts';
import { createFindHandler } from './find-scp.ts';
import { createGetHandler } from './get-scp.ts';
import { createMppsHandler } from './mpps-scp.ts';
import { createStoreHandler } from './store-scp.ts';
import { createWorklistHandler } from './worklist-scp.ts';

/** @param aeTitle our own AE title, given as the place to retrieve from */
export function createHandlers(archive: Archive, worklist: Worklist, aeTitle: string): Handlers {
  return {
    echo: answerEcho,
    store: createStoreHandler(archive),
    find: createFindHandler(archive, aeTitle),
    get: createGetHandler(archive),
    worklist: createWorklistHandler(worklist),
    mpps: createMppsHandler(worklist.performedSteps),
  };
}
