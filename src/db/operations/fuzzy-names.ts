/** Fuzzy semantic matching of names (PS3.4 section C.2.2.2.1.1, PS3.18 section 8.3.4.2): any words, in any order and group. */
import { foldName, toGlob } from '../../dicom/matching.ts';
import type { Condition } from './matching-sql.ts';

const MOST_WORDS = 10;

/**
 * Every word of the value begins a component of the name, or the name written without spaces: "gildong hong", "길동" and
 * "홍길동" all find 홍^길동. Case and wildcards at the ends do not matter. Undefined when the value has no word.
 * `columns` hold the name, one group or all of them each.
 */
export function fuzzyCondition(columns: readonly string[], value: string): Condition | undefined {
  const words = foldName(value)
    .split(/[\s^=,*?]+/)
    .filter((word) => word !== '')
    .slice(0, MOST_WORDS);
  if (words.length === 0) return undefined;
  const perWord = words.map((word) => columns.flatMap((column) => beginnings(column, word)));
  return {
    sql: `(${perWord.map((choices) => `(${choices.map(({ sql }) => sql).join(' OR ')})`).join(' AND ')})`,
    values: perWord.flatMap((choices) => choices.flatMap(({ values }) => values)),
  };
}

function beginnings(column: string, word: string): Condition[] {
  const separated = `replace(replace(lower(${column}), '^', ' '), '=', ' ')`;
  return [
    { sql: `(' ' || ${separated}) GLOB ?`, values: [`* ${toGlob(word)}*`] },
    { sql: `('=' || replace(replace(lower(${column}), '^', ''), ' ', '')) GLOB ?`, values: [`*=${toGlob(word)}*`] },
  ];
}
