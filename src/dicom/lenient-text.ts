/**
 * A guess at text whose character set is missing or wrong: Korean devices that write CP949 under no label or under
 * `ISO_IR 100`. Only for showing and for repair with a preview; what is stored and indexed follows the label.
 */
import iconv from 'iconv-lite';
import { type CharacterSet, decodeText } from './charset.ts';
import { repertoireOf } from './repertoire.ts';

/**
 * Like `decodeText`, but where the label is missing, `ISO_IR 6`, `ISO_IR 100` or broken UTF-8, bytes that read well as
 * UTF-8 or as Hangul in CP949 are taken as such. Text that the label explains stays as it is. Never throws.
 */
export function decodeTextLeniently(bytes: Uint8Array, charset: CharacterSet, vr: string): string {
  const decoded = decodeText(bytes, charset, vr);
  if (!isDoubtful(bytes, charset)) return decoded;
  return asUtf8(bytes) ?? asCp949(bytes) ?? decoded;
}

/** Bytes above 7F under a label that is too weak to be believed. */
function isDoubtful(bytes: Uint8Array, charset: CharacterSet): boolean {
  if (!bytes.some((byte) => byte >= 0x80) || bytes.includes(0x1b)) return false;
  const { initial, fallback } = repertoireOf(charset);
  if (initial.whole === 'utf-8' || (initial.whole === undefined && fallback === undefined)) return true;
  return fallback?.encoding === 'iso-8859-1' || fallback?.encoding === 'cp949';
}

function asUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Hangul in CP949, or undefined: every character must be one, and most must be common syllables (KS X 1001). */
function asCp949(bytes: Uint8Array): string | undefined {
  let common = 0;
  let rare = 0;
  for (let at = 0; at < bytes.length; at++) {
    const lead = bytes[at] as number;
    if (lead < 0x80) continue;
    const trail = bytes[++at] ?? 0;
    if (isKsHangul(lead, trail)) common++;
    else if (isExtendedHangul(lead, trail)) rare++;
    else if (!isKsOther(lead, trail)) return undefined;
  }
  return common > 0 && common >= rare ? iconv.decode(Buffer.from(bytes), 'cp949') : undefined;
}

function isKsHangul(lead: number, trail: number): boolean {
  return lead >= 0xb0 && lead <= 0xc8 && trail >= 0xa1 && trail <= 0xfe;
}

/** Syllables that only CP949 has. */
function isExtendedHangul(lead: number, trail: number): boolean {
  if (lead < 0x81 || lead > 0xc6) return false;
  const low = (trail >= 0x41 && trail <= 0x5a) || (trail >= 0x61 && trail <= 0x7a);
  return low || (trail >= 0x81 && trail <= (lead < 0xa1 ? 0xfe : 0xa0));
}

/** Symbols and Hanja of KS X 1001. */
function isKsOther(lead: number, trail: number): boolean {
  return ((lead >= 0xa1 && lead <= 0xac) || (lead >= 0xca && lead <= 0xfd)) && trail >= 0xa1 && trail <= 0xfe;
}
