/** Warning headers (PS3.18 section 8.3.4.4 and 10.6.3). */
import type { Response } from 'express';

/** 299 is "miscellaneous persistent warning"; the agent is this service. */
export function setWarnings(response: Response, root: string, sentences: readonly string[]): void {
  if (sentences.length === 0) return;
  response.setHeader('Warning', sentences.map((sentence) => `299 ${root}: "${sentence}"`).join(', '));
}

export const MORE_RESULTS = 'There are additional results that can be requested';
