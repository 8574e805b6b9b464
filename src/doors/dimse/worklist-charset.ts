/** Worklist answers in what the console can show: its own character set, and Latin letters for what that does not hold. */
import { type CharacterSet, encodeText } from '../../dicom/charset.ts';
import type { DicomJson, DicomJsonElement } from '../../dicom/dicom-json.ts';
import { divideName, romaniseName } from '../../dicom/korean-name.ts';
import { hasHangul, romanise } from '../../dicom/romanise.ts';
import { usesCharacterSet } from '../../dicom/vr.ts';

const SMALLEST: readonly CharacterSet[] = [[], ['', 'ISO 2022 IR 149'], ['ISO_IR 192']];

/**
 * The set of an answer: what the device is set to, since somebody saw what its console shows; else what the console
 * declares; else the smallest that holds everything.
 */
export function worklistCharset(
  item: DicomJson,
  declared: CharacterSet,
  configured: CharacterSet | undefined,
): CharacterSet {
  if (configured !== undefined) return withoutDefault(configured);
  if (declared.length > 0) return withoutDefault(declared);
  return SMALLEST.find((charset) => holds(item, charset)) ?? (['ISO_IR 192'] as CharacterSet);
}

/** The default repertoire has no term for Specific Character Set: it is meant when there is none (PS3.3 C.12.1.1.2). */
function withoutDefault(charset: CharacterSet): CharacterSet {
  return charset.every((term) => term === '' || term === 'ISO_IR 6') ? [] : charset;
}

/** The item with Latin letters in the place of Hangul that `charset` does not hold; of names only groups that it holds. */
export function fittedTo(item: DicomJson, charset: CharacterSet): DicomJson {
  return mapped(item, (element) => {
    if (element.vr === 'PN')
      return { ...element, Value: element.Value?.map((name) => fittedName(name, charset)) ?? [] };
    const fitted = element.Value?.map((value) => fittedText(String(value), charset, element.vr));
    return { ...element, ...(fitted && { Value: fitted }) };
  });
}

/** Characters that a value holds at most (PS3.5 Table 6.2-1): Latin letters are two or three times as many. */
const LONGEST: Readonly<Record<string, number>> = { SH: 16, LO: 64, PN: 64, ST: 1024, LT: 10240 };

function fittedText(text: string, charset: CharacterSet, vr: string): string {
  if (encodeText(text, charset, vr).lossless) return text;
  return romanise(text).slice(0, LONGEST[vr]);
}

function fittedName(value: unknown, charset: CharacterSet): Record<string, string> {
  const groups = Object.entries(value as Record<string, string>);
  const held = groups.filter(([, group]) => encodeText(group, charset, 'PN').lossless);
  const [, hangul] = groups.find(([, group]) => hasHangul(group)) ?? [];
  if (held.length > 0) return Object.fromEntries(held);
  // A name must not become empty: without a Latin group there are romanised Hangul, or marks in the place of letters.
  if (hangul === undefined) return { ...(value as Record<string, string>) };
  return { Alphabetic: romaniseName(divideName(hangul)).slice(0, LONGEST.PN) };
}

function holds(item: DicomJson, charset: CharacterSet): boolean {
  return Object.values(item).every((element) => {
    if (element.vr === 'SQ') return (element.Value ?? []).every((nested) => holds(nested as DicomJson, charset));
    if (!usesCharacterSet(element.vr)) return true;
    return textsOf(element).every((text) => encodeText(text, charset, element.vr).lossless);
  });
}

function textsOf({ vr, Value = [] }: DicomJsonElement): string[] {
  return vr === 'PN' ? Value.flatMap((name) => Object.values(name as Record<string, string>)) : Value.map(String);
}

/** Applies `change` to every element that the character set is about, those of items too. */
function mapped(item: DicomJson, change: (element: DicomJsonElement) => DicomJsonElement): DicomJson {
  const entries = Object.entries(item).map(([hex, element]): [string, DicomJsonElement] => {
    if (element.vr === 'SQ') {
      const items = element.Value?.map((nested) => mapped(nested as DicomJson, change));
      return [hex, { vr: 'SQ', ...(items && { Value: items }) }];
    }
    return [hex, usesCharacterSet(element.vr) ? change(element) : element];
  });
  return Object.fromEntries(entries);
}
