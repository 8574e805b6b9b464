/** How a query or retrieval that cannot be served is answered (PS3.4 tables C.4-1 to C.4-3, PS3.7 Annex C). */
import { ERRORS } from '../../error-table.ts';
import { asArchiveError } from '../../errors.ts';
import { encodeCommandSet, errorComment, responseElements } from './command-set.ts';
import type { Conversation, Request } from './conversation.ts';
import type { Service } from './services.ts';
import { statusOf } from './status-of.ts';

/** Sends the failure's status and reason. What is not the peer's own doing is told to support. */
export function answerFailure(
  conversation: Conversation,
  { context, command }: Request,
  service: Service['name'],
  error: unknown,
): void {
  const { code, detail } = asArchiveError(error);
  if (code !== 'QUERY_INVALID') conversation.logFailure(`DIMSE ${service}`, error);
  const elements = responseElements(command, statusOf(code, service));
  elements.push(errorComment(detail || ERRORS[code].en));
  conversation.send(context.id, encodeCommandSet(elements, false));
}
