/** Worklist answers in what the console can show: its own character set, and Latin letters for what that does not hold. */
import { type CharacterSet, encodeText } from '../../dicom/charset.ts';
import type { DicomJson, DicomJsonElement } from '../../dicom/dicom-json.ts';
import { divideName, romaniseName } from '../../dicom/korean-name.ts';
import { hasHangul, romanise } from '../../dicom/romanise.ts';
import { usesCharacterSet } from '../../dicom/vr.ts';

const SMALLEST: readonly CharacterSet[] = [[], ['', 'ISO 2022 IR 149'], ['ISO_IR 192']];

/**
 * The set of an answer: what the device is set to, since somebody decided it; else what the console declares, which is
 * all that it is known to show; else the smallest that holds everything.
 */
export function worklistCharset(
  item: DicomJson,
  declared: CharacterSet,
  configured: CharacterSet | undefined,
): CharacterSet {
  if (declared.length > 0 && holds(item, declared)) return declared;
  if (configured !== undefined) return configured;
  if (declared.length > 0) return declared;
  return SMALLEST.find((charset) => holds(item, charset)) ?? (['ISO_IR 192'] as CharacterSet);
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

function fittedText(text: string, charset: CharacterSet, vr: string): string {
  return encodeText(text, charset, vr).lossless ? text : romanise(text);
}

function fittedName(value: unknown, charset: CharacterSet): Record<string, string> {
  const groups = Object.entries(value as Record<string, string>);
  const held = groups.filter(([, group]) => encodeText(group, charset, 'PN').lossless);
  const [, hangul] = groups.find(([, group]) => hasHangul(group)) ?? [];
  // A name without a Latin group must not become empty.
  if (held.length === 0 && hangul !== undefined) return { Alphabetic: romaniseName(divideName(hangul)) };
  return Object.fromEntries(held);
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
