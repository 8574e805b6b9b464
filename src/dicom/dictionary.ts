/** Which VR and keyword a tag has (PS3.6 section 6). The table is read when it is first needed, in a few milliseconds. */
import { DATA_ELEMENTS, REPEATING_ELEMENTS } from './dictionary-table.ts';

interface Repeating {
  mask: number;
  value: number;
  vr: string;
  keyword: string;
}

/** Line starts of `DATA_ELEMENTS` by tag: keywords are cut out only when somebody asks. */
let vrs: Map<number, string> | undefined;
let keywords: Map<number, string> | undefined;
let tags: Map<string, number> | undefined;
let repeating: Repeating[] | undefined;

function load(): Map<number, string> {
  vrs = new Map();
  keywords = new Map();
  let start = 0;
  while (start < DATA_ELEMENTS.length) {
    let end = DATA_ELEMENTS.indexOf('\n', start);
    if (end < 0) end = DATA_ELEMENTS.length;
    const tag = Number.parseInt(DATA_ELEMENTS.slice(start, start + 8), 16);
    vrs.set(tag, DATA_ELEMENTS.slice(start + 8, start + 10));
    keywords.set(tag, DATA_ELEMENTS.slice(start + 10, end));
    start = end + 1;
  }
  return vrs;
}

function loadRepeating(): Repeating[] {
  repeating = REPEATING_ELEMENTS.split('\n').map((line) => {
    const pattern = line.slice(0, 8);
    return {
      mask: Number.parseInt(pattern.replace(/[^x]/g, 'F').replaceAll('x', '0'), 16),
      value: Number.parseInt(pattern.replaceAll('x', '0'), 16),
      vr: line.slice(8, 10),
      keyword: line.slice(10),
    };
  });
  return repeating;
}

function findRepeating(tag: number): Repeating | undefined {
  return (repeating ?? loadRepeating()).find((entry) => (tag & entry.mask) >>> 0 === entry.value);
}

function isPrivate(tag: number): boolean {
  return (tag & 0x10000) !== 0;
}

/**
 * VR of the registry with `xs` (US or SS), `ox` (OB or OW) and `xw` (US or SS or OW) left open, or undefined when the
 * registry does not know the tag.
 */
export function registeredVr(tag: number): string | undefined {
  const vr = (vrs ?? load()).get(tag);
  if (vr !== undefined) return vr;
  if (isPrivate(tag)) {
    const element = tag & 0xffff;
    if (element === 0) return 'UL';
    return element >= 0x10 && element <= 0xff ? 'LO' : undefined;
  }
  if ((tag & 0xffff) === 0) return 'UL'; // Group Length, PS3.5 section 7.2
  return findRepeating(tag)?.vr;
}

/**
 * VR of a tag for implicit VR and for writing: `UN` when unknown, `LO` for private creators, and where the registry
 * leaves a choice US (`xs`) or OW (`ox`, `xw`), as PS3.5 section A.1 has it.
 */
export function vrOf(tag: number): string {
  const vr = registeredVr(tag);
  if (vr === undefined) return 'UN';
  if (vr === 'xs') return 'US';
  return vr === 'ox' || vr === 'xw' ? 'OW' : vr;
}

/** Keyword of a tag, for example `PatientName` for 0x00100010; undefined for private and unknown tags. */
export function keywordOf(tag: number): string | undefined {
  if (keywords === undefined) load();
  const keyword = keywords?.get(tag);
  if (keyword !== undefined || isPrivate(tag)) return keyword;
  return findRepeating(tag)?.keyword;
}

function loadTags(): Map<string, number> {
  if (keywords === undefined) load();
  tags = new Map();
  for (const entry of loadRepeating()) tags.set(entry.keyword, entry.value);
  for (const [tag, keyword] of keywords ?? []) tags.set(keyword, tag);
  return tags;
}

/** Tag of `PatientName`, `00100010`, `0010,0010` or `(0010,0010)`, hexadecimal in any case; undefined when it is neither. */
export function tagOf(keywordOrHex: string): number | undefined {
  const hex = /^\(?([0-9a-f]{4}),?([0-9a-f]{4})\)?$/i.exec(keywordOrHex);
  if (hex) return Number.parseInt(`${hex[1]}${hex[2]}`, 16);
  return (tags ?? loadTags()).get(keywordOrHex);
}

/** Eight upper-case hexadecimal digits, as DICOM JSON names attributes (PS3.18 section F.2.2). */
export function hexOf(tag: number): string {
  return tag.toString(16).toUpperCase().padStart(8, '0');
}
