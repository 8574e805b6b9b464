/** Which of the media types that can be sent the client takes (PS3.18 section 8.7). */
import { EXPLICIT_BE, EXPLICIT_LE, IMPLICIT_LE, transferSyntax } from '../../dicom/transfer-syntaxes.ts';
import { ArchiveError } from '../../errors.ts';
import { FRAME_SYNTAXES } from '../../rendering/lossless-syntaxes.ts';
import { acceptedRanges, covers, type MediaRange } from './media-range.ts';

const DICOM_JSON = 'application/dicom+json';
const DICOM = 'application/dicom';
const OCTETS = 'application/octet-stream';
const MULTIPART = 'multipart/related';

/** Names under which older clients ask for the media types of PS3.18. */
const ALIASES: Readonly<Record<string, string>> = {
  'image/x-dicom-rle': 'image/dicom-rle',
  'image/dicom+rle': 'image/dicom-rle',
  'image/x-jls': 'image/jls',
  'image/dicom+jpeg-jls': 'image/jls',
  'image/dicom+jpeg': 'image/jpeg',
  'image/dicom+jp2': 'image/jp2',
  'image/dicom+jpx': 'image/jpx',
  'image/jhc': 'image/jphc',
};

/** The content type of a JSON answer. @throws ArchiveError NOT_ACCEPTABLE */
export function negotiateJson(accept: string | undefined, parameter?: string): string {
  for (const { type } of acceptedRanges(accept, parameter)) {
    if (covers(type, DICOM_JSON)) return DICOM_JSON;
    if (type === 'application/json') return 'application/json';
  }
  throw new ArchiveError('NOT_ACCEPTABLE', 'metadata and search results are sent as application/dicom+json');
}

export interface BodyForm {
  readonly multipart: boolean;
}

/** The type of the parts that a range asks for; undefined when it does not ask for multipart. */
function partType(range: MediaRange): string | undefined {
  if (range.type !== MULTIPART && range.type !== 'multipart/*') return undefined;
  const type = (range.parameters.get('type') ?? '*/*').toLowerCase();
  return ALIASES[type] ?? type;
}

/** What to send in which transfer syntax: `stored` as it lies there. */
export interface SyntaxChoice {
  readonly syntaxUid: string | 'stored';
  /** The client has named it: nothing else will do. */
  readonly named: boolean;
}

const STORED: SyntaxChoice = { syntaxUid: 'stored', named: false };
const INSTANCE_SYNTAXES: readonly string[] = [IMPLICIT_LE, EXPLICIT_BE, ...FRAME_SYNTAXES];

/**
 * Of a range for whole instances; undefined when it cannot be met. Without the parameter the default of PS3.18 section
 * 8.7.3.5.2 holds, Explicit VR Little Endian.
 */
function instanceSyntax(range: MediaRange, syntaxes: ReadonlySet<string>): SyntaxChoice | undefined {
  const asked = range.parameters.get('transfer-syntax') ?? '';
  if (asked === '*') return STORED;
  if (asked === '') return { syntaxUid: EXPLICIT_LE, named: false };
  const isStored = [...syntaxes].every((uid) => uid === asked);
  return isStored || INSTANCE_SYNTAXES.includes(asked) ? { syntaxUid: asked, named: true } : undefined;
}

/**
 * How whole instances are sent: as parts, or one alone as the body itself, and in which transfer syntax. `syntaxes` are
 * those that they are stored in.
 * @throws ArchiveError NOT_ACCEPTABLE
 */
export function negotiateInstances(
  accept: string | undefined,
  parameter: string | undefined,
  syntaxes: ReadonlySet<string>,
  single: boolean,
): BodyForm & SyntaxChoice {
  for (const range of acceptedRanges(accept, parameter)) {
    const choice = instanceSyntax(range, syntaxes);
    if (!choice) continue;
    const type = partType(range);
    if (type !== undefined && covers(type, DICOM)) return { multipart: true, ...choice };
    if (range.type === '*/*' || range.type === 'application/*') return { multipart: true, ...choice };
    if (range.type === DICOM && single) return { multipart: false, ...choice };
  }
  throw new ArchiveError(
    'NOT_ACCEPTABLE',
    'instances are sent as application/dicom, as stored (transfer-syntax=*), uncompressed or losslessly compressed',
  );
}

/** Default of a media type of compressed frames (PS3.18 Table 8.7.3-5), as far as we can make it. */
const DEFAULT_SYNTAXES: Readonly<Record<string, string>> = {
  [OCTETS]: EXPLICIT_LE,
  'image/jpeg': '1.2.840.10008.1.2.4.70',
  'image/dicom-rle': '1.2.840.10008.1.2.5',
  'image/jls': '1.2.840.10008.1.2.4.80',
  'image/jp2': '1.2.840.10008.1.2.4.90',
  'image/jphc': '1.2.840.10008.1.2.4.201',
};

/** Frames as they are stored, or where the client asks for another media type or transfer syntax, that one. */
function frameSyntax(
  range: MediaRange,
  type: string,
  stored: { mediaType: string; transferSyntaxUid: string },
): SyntaxChoice | undefined {
  const asked = range.parameters.get('transfer-syntax') ?? '';
  const isOfType = covers(type, stored.mediaType);
  if (asked === '*') return isOfType || type === OCTETS ? STORED : undefined;
  if (asked === '') {
    if (isOfType) return STORED;
    const syntaxUid = DEFAULT_SYNTAXES[type];
    return syntaxUid === undefined ? undefined : { syntaxUid, named: type !== OCTETS };
  }
  if (asked === stored.transferSyntaxUid) return isOfType || type === OCTETS ? STORED : undefined;
  const fits = FRAME_SYNTAXES.includes(asked) && covers(type, transferSyntax(asked)?.mediaType ?? OCTETS);
  return fits || (type === OCTETS && FRAME_SYNTAXES.includes(asked)) ? { syntaxUid: asked, named: true } : undefined;
}

/** How frames are sent, and in which transfer syntax. @throws ArchiveError NOT_ACCEPTABLE */
export function negotiateFrames(
  accept: string | undefined,
  parameter: string | undefined,
  stored: { mediaType: string; transferSyntaxUid: string },
  single: boolean,
): BodyForm & SyntaxChoice {
  for (const range of acceptedRanges(accept, parameter)) {
    const inner = partType(range);
    const choice = frameSyntax(range, inner ?? ALIASES[range.type] ?? range.type, stored);
    if (!choice) continue;
    if (inner !== undefined || range.type === '*/*') return { multipart: true, ...choice };
    if (single) return { multipart: false, ...choice };
  }
  throw new ArchiveError(
    'NOT_ACCEPTABLE',
    `stored as ${stored.mediaType}, transfer syntax ${stored.transferSyntaxUid}; also sent as ${FRAME_SYNTAXES.join(', ')}`,
  );
}

/** How bulk data is sent. @throws ArchiveError NOT_ACCEPTABLE */
export function negotiateOctets(
  accept: string | undefined,
  parameter: string | undefined,
  stored: { mediaType: string; transferSyntaxUid: string },
  single: boolean,
): BodyForm {
  const fits = (type: string) => covers(type, stored.mediaType) || type === OCTETS;
  for (const range of acceptedRanges(accept, parameter)) {
    const asked = range.parameters.get('transfer-syntax') ?? '';
    if (asked !== '' && asked !== '*' && asked !== stored.transferSyntaxUid) continue;
    const type = partType(range);
    if (type !== undefined && fits(type)) return { multipart: true };
    if (range.type === '*/*') return { multipart: true };
    if (type === undefined && single && fits(ALIASES[range.type] ?? range.type)) return { multipart: false };
  }
  throw new ArchiveError('NOT_ACCEPTABLE', `sent as ${stored.mediaType}`);
}

/** The first of the types on offer that the client takes, in the client's order. @throws ArchiveError NOT_ACCEPTABLE */
export function negotiateOne<Type extends string>(
  accept: string | undefined,
  parameter: string | undefined,
  offered: readonly Type[],
): BodyForm & { readonly type: Type } {
  for (const range of acceptedRanges(accept, parameter)) {
    const inner = partType(range);
    const type = offered.find((candidate) => covers(inner ?? range.type, candidate));
    if (type) return { type, multipart: inner !== undefined };
  }
  throw new ArchiveError('NOT_ACCEPTABLE', `sent as ${offered.join(' or ')}`);
}
