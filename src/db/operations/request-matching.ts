/** Sequence matching in Request Attributes Sequence (PS3.4 section C.2.2.2.6): one item has to match every key. */
import { toGlob } from '../../dicom/matching.ts';
import { requestKey } from '../../dicom/request-attributes.ts';
import type { Condition, MatchingKey } from './matching-sql.ts';

/**
 * On the series `se`: a column holds the values of all items, divided by backslashes, so that the n-th values of the
 * columns belong together. Undefined when no key carries a value.
 */
export function requestCondition(keys: readonly MatchingKey[]): Condition | undefined {
  const given = keys.flatMap(({ tag, values }) => {
    const key = requestKey(tag);
    const wanted = values.filter((value) => value !== '');
    return key === undefined || wanted.length === 0 || wanted.some(isUniversal) ? [] : [{ ...key, wanted }];
  });
  if (given.length === 0) return undefined;
  const items = given.map(({ column }, n) => `json_each(${listOf(`se.${column}`)}) r${n}`);
  const together = given.slice(1).map((_, n) => `r${n + 1}.key = r0.key`);
  const matches = given.map(({ wanted }, n) => `(${wanted.map(() => `r${n}.value GLOB ?`).join(' OR ')})`);
  return {
    sql: `EXISTS (SELECT 1 FROM ${items.join(', ')} WHERE ${[...together, ...matches].join(' AND ')})`,
    values: given.flatMap(({ wanted }) => wanted.map(toGlob)),
  };
}

const isUniversal = (value: string) => /^\*+$/.test(value);

/** The values of a column as a JSON array: a backslash, which no value holds, is two in a JSON string. */
function listOf(column: string): string {
  return `'[' || replace(json_quote(coalesce(${column}, '')), '\\\\', '","') || ']'`;
}
