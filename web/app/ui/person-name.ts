/** Which of a name's three groups a Korean reader wants to see, and in which order (PS3.5 section 6.2.1). */

/** PatientName as the server sends it. Components of a group are joined by `^`: family, given, middle, prefix, suffix. */
export interface PersonNameGroups {
  readonly alphabetic: string;
  readonly ideographic: string;
  readonly phonetic: string;
}

export interface ShownName {
  /** Read first: Hangul when there is any. Empty when the image carries no name at all. */
  readonly main: string;
  /** The Latin form, shown small; empty when it is already the main one. */
  readonly latin: string;
  /** Hanja or another further form, shown on hover. */
  readonly more: string;
}

const HANGUL = /[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]/;
const IDEOGRAPHS = /[\u3005\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]/;

/** Devices put Hangul into any of the three groups, so the writing decides, not the group's number. */
export function shownName(name: PersonNameGroups): ShownName {
  const groups = [name.alphabetic, name.ideographic, name.phonetic].map(readable).filter((text) => text !== '');
  const hangul = groups.find((text) => HANGUL.test(text));
  const ideographs = groups.find((text) => IDEOGRAPHS.test(text) && !HANGUL.test(text));
  const latin = groups.find((text) => !HANGUL.test(text) && !IDEOGRAPHS.test(text));
  const main = hangul ?? ideographs ?? latin ?? '';
  const more = groups.filter((text) => text !== main && text !== latin);
  return { main, latin: latin === undefined || latin === main ? '' : latin, more: [...new Set(more)].join(', ') };
}

/** `김^희중` → 김희중, `Kim^Heejung^^Dr.` → Kim Heejung Dr.: East Asian names are written without a space. */
function readable(group: string): string {
  const parts = group
    .normalize('NFC')
    .split('^')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const tight = parts.every((part) => HANGUL.test(part) || IDEOGRAPHS.test(part));
  return parts.join(tight ? '' : ' ').replace(/\s+/g, ' ');
}
