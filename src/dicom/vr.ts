/** Value Representations: how a value is written and read (PS3.5 section 6.2 and Table 7.1-1). */

/** VRs whose explicit header has 2 reserved bytes and a 32-bit length (PS3.5 section 7.1.2). */
const LONG = ['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV'] as const;
/** VRs with a 16-bit length. */
const SHORT = 'AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US'.split(' ');

const longForm = new Set<string>(LONG);
const known = new Set<string>([...LONG, ...SHORT]);

/** VRs whose characters follow Specific Character Set (PS3.5 section 6.1.2.2). */
const charsetDependent = new Set(['SH', 'LO', 'ST', 'LT', 'UC', 'UT', 'PN']);
/** VRs of text that holds one value, in which a backslash is an ordinary character. */
const singleText = new Set(['ST', 'LT', 'UT', 'UR']);
/** VRs of bulk octets and words; `UN` counts, since nobody knows what is in it. */
const binary = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'UN']);

/** Bytes of one value of a VR with values of fixed size; words for the O* VRs. */
const SIZES: Readonly<Record<string, number>> = {
  AT: 4, // two 16-bit words
  FD: 8,
  FL: 4,
  OB: 1,
  OD: 8,
  OF: 4,
  OL: 4,
  OV: 8,
  OW: 2,
  SL: 4,
  SS: 2,
  SV: 8,
  UL: 4,
  UN: 1,
  US: 2,
  UV: 8,
};

/** Is this one of the VRs of PS3.5 Table 6.2-1? */
export function isKnownVr(vr: string): boolean {
  return known.has(vr);
}

/** Has the explicit header a 32-bit length? VRs of the future do (PS3.5 section 7.1.2). */
export function hasLongForm(vr: string): boolean {
  return longForm.has(vr) || !known.has(vr);
}

/** Does Specific Character Set (0008,0005) apply to values of this VR? */
export function usesCharacterSet(vr: string): boolean {
  return charsetDependent.has(vr);
}

/** Is the value one text, backslashes included (ST, LT, UT, UR)? */
export function isSingleText(vr: string): boolean {
  return singleText.has(vr);
}

/** Is the value a stream of bytes or words (OB, OW, …, UN)? */
export function isBinaryVr(vr: string): boolean {
  return binary.has(vr);
}

/** Bytes per value (or per word of an O* VR), 0 for character strings and sequences. */
export function valueSize(vr: string): number {
  return SIZES[vr] ?? 0;
}

/** Position of a two-letter code in tables of 65536 entries. */
export function vrCode(vr: string): number {
  return (vr.charCodeAt(0) << 8) | vr.charCodeAt(1);
}

/** Known VR of each two-letter code, so that reading a header makes no string. */
const byCode: (string | undefined)[] = new Array(65536);
for (const vr of known) byCode[vrCode(vr)] = vr;

/** The VR written as these two bytes, or undefined when the Standard knows none. */
export function vrOfCode(code: number): string | undefined {
  return byCode[code];
}

const longCodes = new Uint8Array(65536);
for (const vr of LONG) longCodes[vrCode(vr)] = 1;

/** `hasLongForm` for the two bytes of a known VR. */
export function isLongCode(code: number): boolean {
  return longCodes[code] === 1;
}
