/** Defined terms of Specific Character Set and what they stand for (PS3.3 sections C.12.1.1.2 and C.12.1.1.3). */

/** The values of Specific Character Set; [] is the default repertoire. */
export type CharacterSet = readonly string[];

/** A set of characters that ISO 2022 can put into G0 (bytes 21-7E) or G1 (bytes A1-FE). */
export interface CodeElement {
  readonly name: string;
  /** What ISO 2022 sends to bring it into play, without the ESC. */
  readonly escape: string;
  readonly register: 'G0' | 'G1';
  /** Bytes of one character. */
  readonly width: 1 | 2;
  /** iconv-lite's name of an encoding that holds this set, and how its bytes are found from ours. */
  readonly encoding: string;
  readonly prefix?: number;
}

/** What every repertoire begins with. */
export const ASCII: CodeElement = { name: 'ASCII', escape: '(B', register: 'G0', width: 1, encoding: 'ascii' };
const ROMAJI: CodeElement = { name: 'JIS X 0201 romaji', escape: '(J', register: 'G0', width: 1, encoding: 'ascii' };
const KATAKANA: CodeElement = {
  name: 'JIS X 0201 katakana',
  escape: ')I',
  register: 'G1',
  width: 1,
  encoding: 'shift_jis',
};
const JIS_0208: CodeElement = { name: 'JIS X 0208', escape: '$B', register: 'G0', width: 2, encoding: 'euc-jp' };
const JIS_0208_1978: CodeElement = { ...JIS_0208, name: 'JIS C 6226', escape: '$@' };
const JIS_0212: CodeElement = {
  name: 'JIS X 0212',
  escape: '$(D',
  register: 'G0',
  width: 2,
  encoding: 'euc-jp',
  prefix: 0x8f,
};
const KS_1001: CodeElement = { name: 'KS X 1001', escape: '$)C', register: 'G1', width: 2, encoding: 'cp949' };
const GB_2312: CodeElement = { name: 'GB 2312', escape: '$)A', register: 'G1', width: 2, encoding: 'gbk' };

function latin(name: string, final: string, encoding: string): CodeElement {
  return { name, escape: `-${final}`, register: 'G1', width: 1, encoding };
}

const LATIN: Readonly<Record<number, CodeElement>> = {
  100: latin('Latin 1', 'A', 'iso-8859-1'),
  101: latin('Latin 2', 'B', 'iso-8859-2'),
  109: latin('Latin 3', 'C', 'iso-8859-3'),
  110: latin('Latin 4', 'D', 'iso-8859-4'),
  144: latin('Cyrillic', 'L', 'iso-8859-5'),
  127: latin('Arabic', 'G', 'iso-8859-6'),
  126: latin('Greek', 'F', 'iso-8859-7'),
  138: latin('Hebrew', 'H', 'iso-8859-8'),
  148: latin('Latin 5', 'M', 'iso-8859-9'),
  203: latin('Latin 9', 'b', 'iso-8859-15'),
  166: latin('Thai', 'T', 'iso-8859-11'),
};

/** Everything that an escape sequence can designate. */
export const CODE_ELEMENTS: readonly CodeElement[] = [
  ASCII,
  ROMAJI,
  KATAKANA,
  JIS_0208,
  JIS_0208_1978,
  JIS_0212,
  KS_1001,
  GB_2312,
  ...Object.values(LATIN),
];

/** What a value of Specific Character Set stands for. */
export interface Term {
  readonly g0: CodeElement;
  readonly g1: CodeElement | undefined;
  /** Encodings that stand alone and know no escape sequences. */
  readonly whole?: 'utf-8' | 'gb18030' | 'gbk';
  /** Written as ISO 2022, so that other sets must be announced by escape sequences. */
  readonly extended: boolean;
  readonly known: boolean;
}

const DEFAULT_TERM: Term = { g0: ASCII, g1: undefined, extended: true, known: true };

/** Names that real files use, by what they stand for. */
const ALIASES: Readonly<Record<string, string>> = {
  UTF8: 'IR192',
  UNICODE: 'IR192',
  ISO10646: 'IR192',
  GB18030: 'GB18030',
  GBK: 'GBK',
  CP936: 'GBK',
  GB2312: 'IR58',
  EUCKR: 'IR149',
  CP949: 'IR149',
  MS949: 'IR149',
  UHC: 'IR149',
  KSC5601: 'IR149',
  KSX1001: 'IR149',
  ASCII: 'IR6',
  LATIN1: 'IR100',
  WINDOWS1252: 'IR100',
};
const ISO_8859 = [0, 100, 101, 109, 110, 144, 127, 126, 138, 148, 0, 166, 0, 0, 0, 203];

/** `ISO_IR 149`, `ISO 2022 IR 149`, `ISO-IR 149`, `ISO2022IR149`, `iso ir 149` … all become `IR149`. */
function canonical(term: string): string {
  const plain = term.toUpperCase().replace(/[^A-Z0-9]/g, '');
  const registration = /^(?:ISO)?(?:2022)?IR(\d+)$/.exec(plain);
  if (registration) return `IR${Number(registration[1])}`;
  const part = /^ISO8859(\d+)$/.exec(plain);
  if (part) return `IR${ISO_8859[Number(part[1])] ?? 0}`;
  return ALIASES[plain] ?? plain;
}

/** The sets behind one value of Specific Character Set; misspelt terms are understood, unknown ones are ASCII. */
export function findTerm(value: string): Term {
  const name = canonical(value);
  const extended = value.includes('2022');
  if (name === '' || name === 'IR6') return DEFAULT_TERM;
  if (name === 'IR192') return { ...DEFAULT_TERM, extended, whole: 'utf-8' };
  if (name === 'GB18030') return { ...DEFAULT_TERM, extended, whole: 'gb18030' };
  if (name === 'GBK') return { ...DEFAULT_TERM, extended, whole: 'gbk' };
  const sets = setsOf(name);
  return sets === undefined ? { ...DEFAULT_TERM, known: false } : { ...sets, extended, known: true };
}

function setsOf(name: string): { g0: CodeElement; g1: CodeElement | undefined } | undefined {
  switch (name) {
    case 'IR13':
      return { g0: ROMAJI, g1: KATAKANA };
    case 'IR14':
      return { g0: ROMAJI, g1: undefined };
    case 'IR87':
      return { g0: JIS_0208, g1: undefined };
    case 'IR159':
      return { g0: JIS_0212, g1: undefined };
    case 'IR149':
      return { g0: ASCII, g1: KS_1001 };
    case 'IR58':
      return { g0: ASCII, g1: GB_2312 };
    default: {
      const g1 = LATIN[Number(name.slice(2))];
      return g1 === undefined ? undefined : { g0: ASCII, g1 };
    }
  }
}
