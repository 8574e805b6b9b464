/** The query part of a request URL, decoded once and strictly: percent-encoded UTF-8. */
import { ArchiveError } from '../../errors.ts';

const MAX_LENGTH = 64_000;

export interface QueryParameter {
  readonly name: string;
  readonly value: string;
}

/** All parameters in the order given. @throws ArchiveError REQUEST_INVALID when a name or value is not percent-encoded UTF-8 */
export function queryParameters(url: string): QueryParameter[] {
  const mark = url.indexOf('?');
  if (mark < 0) return [];
  const query = url.slice(mark + 1);
  if (query.length > MAX_LENGTH) throw new ArchiveError('REQUEST_INVALID', 'the query is too long');
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      const name = equals < 0 ? pair : pair.slice(0, equals);
      return { name: decode(name), value: equals < 0 ? '' : decode(pair.slice(equals + 1)) };
    });
}

/** The value of the first parameter of that name, in any case of letters. */
export function parameter(parameters: readonly QueryParameter[], name: string): string | undefined {
  return parameters.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase())?.value;
}

/** A plus sign is a space, as every form encoder writes it. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', '%20'));
  } catch {
    throw new ArchiveError('REQUEST_INVALID', 'the query is not percent-encoded UTF-8');
  }
}
