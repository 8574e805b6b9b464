/** Where a text stops being JSON: V8's own message lacks the place for some faults. */

export interface JsonFault {
  /** Counted from 1. */
  readonly line: number;
  readonly column: number;
}

const BLANK = /[ \t\n\r]*/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: RFC 8259 section 7 forbids them inside strings
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/** The place of the first character that cannot continue the JSON text; undefined when the text is JSON. */
export function findJsonFault(text: string): JsonFault | undefined {
  const offset = faultOffset(text);
  if (offset === undefined) return undefined;
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - before.lastIndexOf('\n') };
}

/** What the reader expects next; containers are kept on a stack, so that depth costs no recursion. */
type Expecting = 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'comma-or-end';

function faultOffset(text: string): number | undefined {
  const open: ('{' | '[')[] = [];
  let expecting: Expecting = 'value';
  let at = skip(text, 0, BLANK) ?? 0;
  while (!(expecting === 'comma-or-end' && open.length === 0)) {
    const step = take(text, at, expecting, open);
    if (!step) return at;
    expecting = step.next;
    at = skip(text, step.at, BLANK) ?? step.at;
  }
  return at === text.length ? undefined : at;
}

function take(
  text: string,
  at: number,
  expecting: Expecting,
  open: ('{' | '[')[],
): { at: number; next: Expecting } | undefined {
  const character = text[at];
  if (expecting === 'colon') return character === ':' ? { at: at + 1, next: 'value' } : undefined;
  const closes = open.at(-1) === '{' ? '}' : ']';
  if (character === closes && open.length > 0 && expecting.endsWith('or-end')) {
    open.pop();
    return { at: at + 1, next: 'comma-or-end' };
  }
  if (expecting === 'comma-or-end') {
    return character === ',' ? { at: at + 1, next: open.at(-1) === '{' ? 'key' : 'value' } : undefined;
  }
  if (expecting.startsWith('key')) return reach(skip(text, at, STRING), 'colon');
  if (character === '{' || character === '[') {
    open.push(character);
    return { at: at + 1, next: character === '{' ? 'key-or-end' : 'value-or-end' };
  }
  return reach(skip(text, at, STRING) ?? skip(text, at, SCALAR), 'comma-or-end');
}

function reach(at: number | undefined, next: Expecting): { at: number; next: Expecting } | undefined {
  return at === undefined ? undefined : { at, next };
}

/** The offset after `pattern` at `at`; undefined when it does not match there. */
function skip(text: string, at: number, pattern: RegExp): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}
