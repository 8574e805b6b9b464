/** Person names: three component groups, and the initial consonants that staff type to find them (PS3.5 section 6.2). */

import { trimEndOf } from './trim.ts';

export interface PersonName {
  readonly alphabetic: string;
  readonly ideographic: string;
  readonly phonetic: string;
}

const SPACES_AND_DELIMITERS = ' \t\r\n\f\v\u00a0\u3000^';

/** Splits `alphabetic=ideographic=phonetic`; groups that are absent are ''. Components stay joined by `^`. */
export function parsePersonName(text: string): PersonName {
  const [alphabetic = '', ideographic = '', phonetic = ''] = text.split('=').map(trimGroup);
  return { alphabetic, ideographic, phonetic };
}

/** Trailing spaces and empty trailing components mean nothing (PS3.5 section 6.2.1.1). */
function trimGroup(group: string): string {
  return trimEndOf(group.trim(), SPACES_AND_DELIMITERS);
}

/** `alphabetic=ideographic=phonetic` without trailing `=`. */
export function formatPersonName(pn: PersonName): string {
  return trimEndOf(`${pn.alphabetic}=${pn.ideographic}=${pn.phonetic}`, '=');
}

const INITIALS = 'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ';
const FIRST_SYLLABLE = 0xac00;
const LAST_SYLLABLE = 0xd7a3;
/** Syllables that share an initial consonant: 21 vowels × 28 finals. */
const PER_INITIAL = 588;

/** Initial consonants (초성) of Hangul syllables, other characters kept: `Kim 철수` → `Kim ㅊㅅ`. */
export function initialConsonants(text: string): string {
  let result = '';
  for (const character of text.normalize('NFC')) {
    const code = character.codePointAt(0) ?? 0;
    const isSyllable = code >= FIRST_SYLLABLE && code <= LAST_SYLLABLE;
    result += isSyllable ? INITIALS[Math.floor((code - FIRST_SYLLABLE) / PER_INITIAL)] : character;
  }
  return result;
}
