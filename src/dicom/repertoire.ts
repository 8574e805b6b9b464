/** What the values of Specific Character Set (0008,0005) mean together (PS3.5 section 6.1.2.5.3). */
import { ASCII, type CharacterSet, type CodeElement, findTerm, type Term } from './charset-terms.ts';

/** What a list of terms means for a decoder or an encoder. */
export interface Repertoire {
  /** In force at the beginning and after every delimiter. */
  readonly initial: Term;
  /** Stands in for G1 when bytes above 7F come without an escape sequence. */
  readonly fallback: CodeElement | undefined;
  /** May other sets be announced by escape sequences? `ISO_IR 100` alone says no. */
  readonly extended: boolean;
  /** Every element that the terms name, in their order. */
  readonly elements: readonly CodeElement[];
}

const repertoires = new Map<string, Repertoire>();

/** The repertoire of the values of (0008,0005); remembered, as a clinic has only a few. */
export function repertoireOf(charset: CharacterSet): Repertoire {
  const key = charset.join('\\');
  let repertoire = repertoires.get(key);
  if (repertoire === undefined) {
    repertoire = makeRepertoire(charset);
    if (repertoires.size < 100) repertoires.set(key, repertoire);
  }
  return repertoire;
}

function makeRepertoire(charset: CharacterSet): Repertoire {
  const terms = charset.length === 0 ? [findTerm('')] : charset.map(findTerm);
  const first = terms[0] as Term;
  // A set of two-byte characters can't be in G0 from the start: delimiters could not be told from its bytes.
  const initial = first.g0.width === 2 ? { ...first, g0: ASCII } : first;
  const elements = [initial.g0, ...terms.flatMap((term) => [term.g1, term.g0])];
  return {
    initial,
    extended: terms.some((term) => term.extended) && charset.length > 0,
    fallback: terms.find((term) => term.g1 !== undefined)?.g1,
    elements: [...new Set(elements.filter((element) => element !== undefined))],
  };
}
