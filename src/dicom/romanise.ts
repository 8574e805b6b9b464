/** Hangul in Latin letters, for consoles that show nothing else: Revised Romanisation, syllable by syllable. */

const INITIALS = ['g', 'kk', 'n', 'd', 'tt', 'r', 'm', 'b', 'pp', 's', 'ss', '', 'j', 'jj', 'ch', 'k', 't', 'p', 'h'];
const VOWELS = 'a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i'.split(' ');
const FINALS = ' k k k n n n t l k m l l l p l m p p t t ng t t k t p t'.split(' ');

const FIRST_SYLLABLE = 0xac00;
const LAST_SYLLABLE = 0xd7a3;

/** Is there a Hangul syllable in the text? */
export function hasHangul(text: string): boolean {
  return /[\uac00-\ud7a3]/.test(text.normalize('NFC'));
}

/**
 * Hangul syllables in Latin letters, the first of each run with a capital; other characters stay. Sounds that change
 * between syllables are written as if they did not, which is the rule for given names: 한복남 → `Hanboknam`.
 */
export function romanise(text: string): string {
  return text.normalize('NFC').replace(/[\uac00-\ud7a3]+/g, (run) => capitalised([...run].map(syllable).join('')));
}

function syllable(character: string): string {
  const code = character.charCodeAt(0);
  if (code < FIRST_SYLLABLE || code > LAST_SYLLABLE) return character;
  const index = code - FIRST_SYLLABLE;
  const initial = INITIALS[Math.floor(index / 588)] as string;
  const vowel = VOWELS[Math.floor((index % 588) / 28)] as string;
  return initial + vowel + FINALS[index % 28];
}

function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
