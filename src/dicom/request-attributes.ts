/** Request Attributes Sequence (0040,0275) of a series: the one sequence that can be searched in (PS3.18 Table 10.6.1-5). */
import type { QueryKey } from './query-keys.ts';

export const REQUEST_ATTRIBUTES = 0x00400275;

/** The attributes of its items that the index keeps. Values of several items are divided by backslashes. */
export const REQUEST_KEYS: readonly (QueryKey & { readonly column: string })[] = [
  key(0x00400009, 'ScheduledProcedureStepID', 'scheduled_procedure_step_id'),
  key(0x00401001, 'RequestedProcedureID', 'requested_procedure_id'),
];

function key(tag: number, keyword: string, column: string): QueryKey & { readonly column: string } {
  return { tag, keyword, vr: 'SH', level: 'SERIES', column, matching: 'wildcard' };
}

export function requestKey(tag: number): QueryKey | undefined {
  return REQUEST_KEYS.find((candidate) => candidate.tag === tag);
}
