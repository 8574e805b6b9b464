/** The Accept header of a request, and the `accept` query parameter that goes before it (PS3.18 section 8.3.3.1). */

export interface MediaRange {
  /** Lower case, for example 'multipart/related'. */
  readonly type: string;
  /** Names in lower case, values unquoted. */
  readonly parameters: ReadonlyMap<string, string>;
  /** 0 to 1; 0 means "not this one". */
  readonly quality: number;
}

const ANYTHING: MediaRange = { type: '*/*', parameters: new Map(), quality: 1 };

/** Splits at a separator that does not stand inside a quoted string. */
function splitUnquoted(text: string, separator: string): string[] {
  const pieces: string[] = [];
  let piece = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i] as string;
    if (quoted && character === '\\' && i + 1 < text.length) piece += character + text[++i];
    else if (character === separator && !quoted) {
      pieces.push(piece);
      piece = '';
    } else {
      if (character === '"') quoted = !quoted;
      piece += character;
    }
  }
  pieces.push(piece);
  return pieces;
}

function unquote(value: string): string {
  const trimmed = value.trim();
  return trimmed.startsWith('"') ? trimmed.replace(/^"|"$/g, '').replace(/\\(.)/g, '$1') : trimmed;
}

/** One media type with its parameters (RFC 9110 section 8.3.1); undefined when it has no form of a media type. */
export function parseMediaType(text: string): Omit<MediaRange, 'quality'> | undefined {
  const [name = '', ...rest] = splitUnquoted(text, ';');
  const type = name.trim().toLowerCase();
  if (!/^[\w!#$&^.+*-]+\/[\w!#$&^.+*-]+$/.test(type)) return undefined;
  const parameters = new Map<string, string>();
  for (const parameter of rest) {
    const equals = parameter.indexOf('=');
    if (equals > 0)
      parameters.set(parameter.slice(0, equals).trim().toLowerCase(), unquote(parameter.slice(equals + 1)));
  }
  return { type, parameters };
}

function parseRange(text: string): MediaRange[] {
  const parsed = parseMediaType(text);
  if (!parsed) return [];
  const quality = Number(parsed.parameters.get('q') ?? 1);
  return [{ ...parsed, quality: quality >= 0 && quality <= 1 ? quality : 1 }];
}

/**
 * What the client takes, best first. A missing, empty or unreadable header means anything, as RFC 9110 section 12.5.1
 * has it for a missing one.
 */
export function acceptedRanges(header: string | undefined, queryParameter?: string): MediaRange[] {
  const texts = [queryParameter, header].filter((text) => text !== undefined && text.trim() !== '') as string[];
  const ranges = texts.flatMap((text) =>
    splitUnquoted(text, ',')
      .flatMap(parseRange)
      .filter((range) => range.quality > 0)
      .sort((a, b) => b.quality - a.quality),
  );
  return ranges.length > 0 ? ranges : [ANYTHING];
}

/** Does the range ('image/*') cover the media type ('image/jpeg')? */
export function covers(range: string, mediaType: string): boolean {
  if (range === '*/*' || range === mediaType) return true;
  return range.endsWith('/*') && mediaType.startsWith(range.slice(0, -1));
}
