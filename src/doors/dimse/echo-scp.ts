/** Verification as SCP (PS3.4 Annex A, PS3.7 section 9.3.5). */
import { encodeCommandSet, responseElements } from './command-set.ts';
import type { RequestHandler } from './conversation.ts';
import { STATUS } from './status-of.ts';

/** Answers C-ECHO-RQ. */
export const answerEcho: RequestHandler = (conversation, { context, command }) => {
  conversation.send(context.id, encodeCommandSet(responseElements(command, STATUS.success), false));
  return null;
};
