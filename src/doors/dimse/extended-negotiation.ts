/**
 * What each service does beyond its baseline, byte by byte of the service class application information of SOP Class
 * Extended Negotiation (PS3.7 Annex D.3.3.5): PS3.4 section B.3.1 for storage, C.5.1.1 for queries, C.5.2.1 and C.5.3.1 for
 * retrieval, and the same for the worklist, whose first two bytes say what it always does (section K.2.2).
 */

interface ExtendedByte {
  readonly meaning: string;
  readonly value: number;
}

export interface ExtendedService {
  /** 'asked': a byte is answered with what we do of what was asked; 'told': with what we are, whatever was asked. */
  readonly kind: 'asked' | 'told';
  readonly bytes: readonly ExtendedByte[];
}

const does = (meaning: string): ExtendedByte => ({ meaning, value: 1 });
const doesNot = (meaning: string): ExtendedByte => ({ meaning, value: 0 });

const COMBINES_DATE_TIME = 1;
const MATCHES_FUZZILY = 2;

export const EXTENDED_QUERY: ExtendedService = {
  kind: 'asked',
  bytes: [
    does('relational queries'),
    does('combined date-time matching'),
    does('fuzzy semantic matching of person names'),
    doesNot('timezone query adjustment'),
    doesNot('enhanced multi-frame image conversion'),
  ],
};

export const EXTENDED_RETRIEVAL: ExtendedService = {
  kind: 'asked',
  bytes: [does('relational retrieval'), doesNot('enhanced multi-frame image conversion')],
};

export const EXTENDED_WORKLIST: ExtendedService = {
  kind: 'asked',
  bytes: [
    does('relational queries'),
    does('combined date-time matching, always'),
    doesNot('fuzzy semantic matching of person names'),
    doesNot('timezone query adjustment'),
  ],
};

export const EXTENDED_STORAGE: ExtendedService = {
  kind: 'told',
  bytes: [
    { meaning: 'level of support: full', value: 2 },
    doesNot('reserved'),
    { meaning: 'digital signatures: level 3, every bit is kept', value: 3 },
    doesNot('reserved'),
    doesNot('coercion of elements'),
    doesNot('reserved'),
  ],
};

/** The answer to what was asked; bytes that are not known here are not answered. */
export function answerExtended({ kind, bytes }: ExtendedService, asked: Buffer): Buffer {
  if (kind === 'told') return Buffer.from(bytes.map(({ value }) => value));
  return Buffer.from(bytes.slice(0, asked.length).map(({ value }, at) => (asked[at] === value ? value : 0)));
}

/** What a query was promised; without negotiation nothing beyond the baseline (PS3.4 section C.5.1.1). */
export interface QueryOptions {
  /** A date and a time of the same form of range are one span (PS3.4 section C.2.2.2.5). */
  readonly combinesDateTime: boolean;
  /** Names are matched by their words (PS3.4 section C.2.2.2.1.1). */
  readonly fuzzyNames: boolean;
}

/** @param answered what was answered for the SOP class of a query; undefined where nothing was asked */
export function queryOptions(answered: Buffer | undefined): QueryOptions {
  return { combinesDateTime: answered?.[COMBINES_DATE_TIME] === 1, fuzzyNames: answered?.[MATCHES_FUZZILY] === 1 };
}
