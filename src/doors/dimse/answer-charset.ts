/** In which character set a query is answered, and in which a query without one was asked (PS3.4 C.4.1.1.3.2). */
import { isUtf8 } from 'node:buffer';
import { type CharacterSet, decodeText, encodeText, isPlainText } from '../../dicom/charset.ts';
import { type DataSet, texts, valueBytes } from '../../dicom/data-set.ts';
import type { DicomJson, DicomJsonElement } from '../../dicom/dicom-json.ts';
import { decodeTextLeniently } from '../../dicom/lenient-text.ts';
import { formatPersonName, type PersonName } from '../../dicom/person-name.ts';
import { usesCharacterSet } from '../../dicom/vr.ts';

const SPECIFIC_CHARACTER_SET = 0x00080005;
const KOREAN: CharacterSet = ['', 'ISO 2022 IR 149'];
const UTF_8: CharacterSet = ['ISO_IR 192'];

/** A setting such as 'ISO 2022 IR 149' or '\ISO 2022 IR 149'. */
export function parseCharset(setting: string | undefined): CharacterSet | undefined {
  return setting === undefined ? undefined : setting.split('\\').map((term) => term.trim());
}

/** The character set that an identifier declares; [] when it declares none. */
export function declaredCharset(identifier: DataSet): CharacterSet {
  return texts(identifier, SPECIFIC_CHARACTER_SET);
}

/**
 * The identifier, or an item of it, readable: many consoles send Hangul without saying in what, or under a set that does
 * not hold it (`ISO_IR 6`, `ISO_IR 100`). Bytes are read in the set that is declared, or else that the device is set to,
 * where they make sense in it; otherwise as UTF-8 where they are valid UTF-8, else as the Korean set.
 */
export function withCharset(identifier: DataSet, configured: CharacterSet | undefined): DataSet {
  const values = [...identifier.elements.values()]
    .filter((element) => usesCharacterSet(element.vr))
    .map((element) => valueBytes(identifier, element))
    .filter((bytes) => !isAscii(bytes));
  if (values.length === 0) return identifier;
  const named = identifier.charset.length > 0 ? identifier.charset : configured;
  if (named !== undefined && values.every((bytes) => makesSense(bytes, named))) return inCharset(identifier, named);
  return inCharset(identifier, values.every((bytes) => isUtf8(bytes)) ? UTF_8 : KOREAN);
}

function makesSense(bytes: Buffer, charset: CharacterSet): boolean {
  const decoded = decodeText(bytes, charset, 'PN');
  return !decoded.includes('\ufffd') && decodeTextLeniently(bytes, charset, 'PN') === decoded;
}

function inCharset(identifier: DataSet, charset: CharacterSet): DataSet {
  const { source, elements, littleEndian, explicitVr, endOffset } = identifier;
  return { source, elements, littleEndian, explicitVr, endOffset, charset };
}

/** Escape sequences count as not ASCII: they announce other characters. */
function isAscii(bytes: Buffer): boolean {
  return bytes.every((byte) => byte < 0x80 && byte !== 0x1b);
}

/**
 * The character set of one answer. What the asker declared is used when it holds every character; then what the device
 * is set to, whatever gets lost, since somebody decided it; else the smallest set that loses nothing.
 */
export function answerCharset(
  answer: DicomJson,
  declared: CharacterSet,
  configured: CharacterSet | undefined,
): CharacterSet {
  const texts = textsOf(answer);
  const holds = (charset: CharacterSet) => texts.every(([text, vr]) => encodeText(text, charset, vr).lossless);
  if (declared.length > 0 && holds(declared)) return declared;
  if (configured !== undefined) return configured;
  if (texts.length === 0) return [];
  return holds(KOREAN) ? KOREAN : UTF_8;
}

/** The texts of an answer that are not plain ASCII, each with its VR. */
function textsOf(answer: DicomJson): [text: string, vr: string][] {
  return Object.values(answer).flatMap((element) =>
    usesCharacterSet(element.vr) ? plainTexts(element).map((text): [string, string] => [text, element.vr]) : [],
  );
}

function plainTexts({ vr, Value = [] }: DicomJsonElement): string[] {
  return Value.map((value) => {
    if (value === null || value === undefined) return '';
    return vr === 'PN' ? nameText(value as Record<string, string>) : String(value);
  }).filter((text) => !isPlainText(text));
}

function nameText(name: Record<string, string>): string {
  const { Alphabetic = '', Ideographic = '', Phonetic = '' } = name;
  const personName: PersonName = { alphabetic: Alphabetic, ideographic: Ideographic, phonetic: Phonetic };
  return formatPersonName(personName);
}
