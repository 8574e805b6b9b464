/** Which VR and keyword a tag has (PS3.6 section 6). The table is read when it is first needed, in a few milliseconds. */
import { DATA_ELEMENTS, REPEATING_ELEMENTS } from './dictionary-table.ts';

interface Repeating {
  mask: number;
  value: number;
  vr: string;
  keyword: string;
}

/** Where each line of `DATA_ELEMENTS` begins and which tag it has, ascending. Nothing is cut out before somebody asks. */
let index: { tags: Uint32Array; starts: Uint32Array; count: number } | undefined;
let tags: Map<string, number> | undefined;
let repeating: Repeating[] | undefined;

function load(): NonNullable<typeof index> {
  const most = DATA_ELEMENTS.length / 12;
  const found = { tags: new Uint32Array(most), starts: new Uint32Array(most), count: 0 };
  let start = 0;
  while (start < DATA_ELEMENTS.length) {
    found.tags[found.count] = hexAt(start);
    found.starts[found.count++] = start;
    const end = DATA_ELEMENTS.indexOf('\n', start);
    start = end < 0 ? DATA_ELEMENTS.length : end + 1;
  }
  index = found;
  return found;
}

/** Eight hexadecimal digits: much faster than cutting them out and parsing them. */
function hexAt(start: number): number {
  let value = 0;
  for (let at = start; at < start + 8; at++) {
    const code = DATA_ELEMENTS.charCodeAt(at);
    value = value * 16 + (code <= 0x39 ? code - 0x30 : code - 0x37);
  }
  return value;
}

/** Where the line of a tag begins in `DATA_ELEMENTS`, or -1. */
function lineOf(tag: number): number {
  const { tags: sorted, starts, count } = index ?? load();
  let low = 0;
  let high = count - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = sorted[middle] as number;
    if (found === tag) return starts[middle] as number;
    if (found < tag) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

function keywordAt(line: number): string {
  const end = DATA_ELEMENTS.indexOf('\n', line);
  return DATA_ELEMENTS.slice(line + 10, end < 0 ? undefined : end);
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
  if (!mayRepeat(tag >>> 16)) return undefined;
  return (repeating ?? loadRepeating()).find((entry) => (tag & entry.mask) >>> 0 === entry.value);
}

/** Keeps the search away from the many tags that no registry knows. */
function mayRepeat(group: number): boolean {
  if (group === 0x0020 || group === 0x0028 || group === 0x1000 || group === 0x1010) return true;
  return (group >= 0x5000 && group <= 0x60ff) || (group >= 0x7f00 && group <= 0x7fff);
}

function isPrivate(tag: number): boolean {
  return (tag & 0x10000) !== 0;
}

/**
 * VR of the registry with `xs` (US or SS), `ox` (OB or OW) and `xw` (US or SS or OW) left open, or undefined when the
 * registry does not know the tag.
 */
export function registeredVr(tag: number): string | undefined {
  const line = lineOf(tag);
  if (line >= 0) return DATA_ELEMENTS.slice(line + 8, line + 10);
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
  const line = lineOf(tag);
  if (line >= 0) return keywordAt(line);
  return isPrivate(tag) ? undefined : findRepeating(tag)?.keyword;
}

function loadTags(): Map<string, number> {
  tags = new Map();
  for (const entry of loadRepeating()) tags.set(entry.keyword, entry.value);
  const { tags: sorted, starts, count } = index ?? load();
  for (let at = 0; at < count; at++) tags.set(keywordAt(starts[at] as number), sorted[at] as number);
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
