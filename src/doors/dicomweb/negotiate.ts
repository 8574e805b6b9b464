/** Which of the media types that can be sent the client takes (PS3.18 section 8.7). */
import { ArchiveError } from '../../errors.ts';
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

/** Does the transfer-syntax parameter of the range allow the stored one? Absent means the stored one as well. */
function allowsSyntax(range: MediaRange, storedUid: string): boolean {
  const asked = range.parameters.get('transfer-syntax');
  return asked === undefined || asked === '*' || asked === '' || asked === storedUid;
}

/** The type of the parts that a range asks for; undefined when it does not ask for multipart. */
function partType(range: MediaRange): string | undefined {
  if (range.type !== MULTIPART && range.type !== 'multipart/*') return undefined;
  const type = (range.parameters.get('type') ?? '*/*').toLowerCase();
  return ALIASES[type] ?? type;
}

/**
 * How whole instances are sent: as parts, or one alone as the body itself. `syntaxes` are those of all instances.
 * @throws ArchiveError NOT_ACCEPTABLE
 */
export function negotiateInstances(
  accept: string | undefined,
  parameter: string | undefined,
  syntaxes: ReadonlySet<string>,
  single: boolean,
): BodyForm {
  for (const range of acceptedRanges(accept, parameter)) {
    if (![...syntaxes].every((uid) => allowsSyntax(range, uid))) continue;
    const type = partType(range);
    if (type !== undefined && covers(type, DICOM)) return { multipart: true };
    if (range.type === '*/*' || range.type === 'application/*') return { multipart: true };
    if (range.type === DICOM && single) return { multipart: false };
  }
  throw new ArchiveError('NOT_ACCEPTABLE', 'instances are sent as application/dicom in their stored transfer syntax');
}

/**
 * How frames or bulk data are sent. Clients that ask for octets get the stored bytes, compressed or not, unless they
 * name a transfer syntax.
 * @throws ArchiveError NOT_ACCEPTABLE
 */
export function negotiateOctets(
  accept: string | undefined,
  parameter: string | undefined,
  stored: { mediaType: string; transferSyntaxUid: string },
  single: boolean,
): BodyForm {
  const fits = (type: string) => covers(type, stored.mediaType) || type === OCTETS;
  for (const range of acceptedRanges(accept, parameter)) {
    if (!allowsSyntax(range, stored.transferSyntaxUid)) continue;
    const type = partType(range);
    if (type !== undefined && fits(type)) return { multipart: true };
    if (range.type === '*/*') return { multipart: true };
    if (type === undefined && single && fits(ALIASES[range.type] ?? range.type)) return { multipart: false };
  }
  throw new ArchiveError(
    'NOT_ACCEPTABLE',
    `stored as ${stored.mediaType}, transfer syntax ${stored.transferSyntaxUid}`,
  );
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
