/** The facts of a connection without what would make a record large: a peer chooses how much it proposes. */
import type { AttemptContext, AttemptFacts } from './attempt.ts';

/** Characters of proposed UIDs that are kept. */
const MOST_CHARACTERS = 8000;
const LONGEST_TEXT = 64;
const LONGEST_DETAIL = 200;

export function bounded(facts: AttemptFacts): AttemptFacts {
  const { request, detail } = facts;
  if (request === null) return { ...facts, detail: detail.slice(0, LONGEST_DETAIL) };
  const contexts = boundedContexts(request.contexts);
  const left = request.contexts.length - contexts.length;
  const more = left === 0 ? '' : `${left} more contexts`;
  return {
    ...facts,
    request: { ...request, contexts },
    detail: [detail.slice(0, LONGEST_DETAIL), more].filter((text) => text !== '').join('; '),
  };
}

function boundedContexts(all: readonly AttemptContext[]): AttemptContext[] {
  const kept: AttemptContext[] = [];
  let room = MOST_CHARACTERS;
  for (const context of all) {
    const transferSyntaxes: string[] = [];
    room -= Math.min(context.abstractSyntax.length, LONGEST_TEXT);
    for (const uid of context.transferSyntaxes) {
      room -= Math.min(uid.length, LONGEST_TEXT);
      if (room < 0) break;
      transferSyntaxes.push(uid.slice(0, LONGEST_TEXT));
    }
    if (room < 0) break;
    const { abstractSyntax, accepted } = context;
    kept.push({
      ...context,
      abstractSyntax: abstractSyntax.slice(0, LONGEST_TEXT),
      accepted: accepted.slice(0, LONGEST_TEXT),
      transferSyntaxes,
    });
  }
  return kept;
}
