/** Korean person names in the form that most devices can show something of: `Kim^Heejung==김^희중`. */
import type { PersonName } from './person-name.ts';
import { hasHangul, romanise } from './romanise.ts';
import { SURNAMES } from './surname-table.ts';

/**
 * The name with Hangul in its phonetic group, Hanja in its ideographic group and Latin letters in its alphabetic group
 * (PS3.5 section 6.2.1.2). Latin letters that are given stay; without them the Hangul is romanised.
 */
export function defaultNameForm(name: PersonName): PersonName {
  const [alphabetic, ideographic, phonetic] = [name.alphabetic, name.ideographic, name.phonetic].map(composed) as [
    string,
    string,
    string,
  ];
  const hangul = [phonetic, alphabetic, ideographic].find(hasHangul);
  const hanja = [ideographic, alphabetic].find((group) => hasHan(group) && !hasHangul(group)) ?? '';
  if (hangul === undefined && hanja === '') return { alphabetic, ideographic, phonetic };
  const divided = hangul === undefined ? phonetic : divideName(hangul);
  const latin = hasHangul(alphabetic) || hasHan(alphabetic) ? '' : alphabetic;
  return {
    alphabetic: latin === '' ? romaniseName(divided) : latin,
    ideographic: hanja,
    phonetic: divided,
  };
}

/** Divides a Hangul name that is written in one piece after its surname: `김희중` → `김^희중`. */
export function divideName(name: string): string {
  if (name.includes('^')) return name;
  const [first = '', ...rest] = name.split(/\s+/);
  if (rest.length > 0) return [first, rest.join(' ')].join('^');
  const surname = surnameOf(name);
  return surname.length === name.length ? name : `${surname}^${name.slice(surname.length)}`;
}

/** A divided Hangul name in Latin letters, the surname as it is commonly spelled: `김^희중` → `Kim^Huijung`. */
export function romaniseName(name: string): string {
  const [surname = '', ...others] = name.split('^');
  return [SURNAMES[surname] ?? romanise(surname), ...others.map(romanise)].join('^');
}

/** Surnames of two syllables are seen only where a given name is left. */
function surnameOf(name: string): string {
  const two = name.slice(0, 2);
  if (name.length > 2 && SURNAMES[two] !== undefined) return two;
  const [first = ''] = name;
  return first;
}

function hasHan(text: string): boolean {
  return /\p{Script=Han}/u.test(text);
}

function composed(group: string): string {
  return group.normalize('NFC').trim();
}
