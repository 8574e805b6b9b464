/** Query parameters of QIDO-RS as a query of the archive (PS3.18 section 8.3.4 and 10.6.1.2). */
import type { Query } from '../../archive/query.ts';
import { tagOf } from '../../dicom/dictionary.ts';
import { parseDateRange, parseTimeRange } from '../../dicom/matching.ts';
import { QUERY_KEYS, type QueryKey, queryKey } from '../../dicom/query-keys.ts';
import { REQUEST_ATTRIBUTES, requestKey } from '../../dicom/request-attributes.ts';
import { isStorableUid } from '../../dicom/uid.ts';
import { ArchiveError } from '../../errors.ts';
import type { QueryParameter } from './query-string.ts';

export interface QidoQuery {
  readonly query: Query;
  /** 0 was asked for: nothing is to be looked up. */
  readonly nothing: boolean;
  /** Sentences for the Warning header. */
  readonly warnings: readonly string[];
  /** Keywords that were matched on, for the access log; never their values. */
  readonly matchedOn: readonly string[];
}

type GivenKey = Query['keys'][number] & { readonly keyword: string };

/** What the path of the request fixes. */
export interface QidoScope {
  readonly level: Exclude<Query['level'], 'PATIENT'>;
  readonly studyInstanceUid?: string;
  readonly seriesInstanceUid?: string;
}

const STUDY_INSTANCE_UID = 0x0020000d;
const SERIES_INSTANCE_UID = 0x0020000e;
/** Every level is answered with it (PS3.18 Tables 10.6.3-3 to 10.6.3-5). */
const TIMEZONE = 0x00080201;
const DEFAULT_LIMIT = 500;
const MAX_LIMIT = 5000;
const MAX_UIDS = 1000;
const MAX_VALUE_LENGTH = 1024;
/** Code strings of which several may be asked for at once. */
const LISTS = new Set(['ModalitiesInStudy', 'Modality']);
/** The attributes that can be asked for, by keyword in lower case. */
const KEYWORDS = new Map(QUERY_KEYS.map((key) => [key.keyword.toLowerCase(), key.tag]));
/** Sent by clients for their own purposes. */
const IGNORED = new Set(['accept', 'charset', '_']);

/** @throws ArchiveError QUERY_INVALID with the name of the parameter that is wrong */
export function parseQido(parameters: readonly QueryParameter[], scope: QidoScope): QidoQuery {
  const keys = new Map<string, GivenKey>();
  const include: string[] = [];
  const options: Record<string, string> = {};
  const warnings: string[] = [];
  for (const { name, value } of parameters) {
    const lower = name.toLowerCase();
    if (lower === 'includefield') include.push(...value.split(','));
    else if (lower === 'limit' || lower === 'offset' || lower === 'fuzzymatching' || lower === 'emptyvaluematching') {
      if (options[lower] !== undefined) throw invalid(name, 'given more than once');
      options[lower] = value;
    } else if (!IGNORED.has(lower)) addKey(keys, warnings, name, value);
  }
  const fuzzy = booleanOf(options, 'fuzzymatching');
  const limit = integerOf(options, 'limit') ?? DEFAULT_LIMIT;
  const matchedOn = [...keys.values()].map(({ keyword }) => keyword);
  const contradiction = !narrow(keys, STUDY_INSTANCE_UID, scope.studyInstanceUid);
  const other = !narrow(keys, SERIES_INSTANCE_UID, scope.seriesInstanceUid);
  const returnTags = returnTagsOf(scope, include, warnings);
  return {
    query: {
      level: scope.level,
      keys: [...keys.values()].map(({ keyword: _keyword, ...key }) => ({ ...key, fuzzy })),
      // PS3.18 section 8.3.4.1: combined date-time matching shall be performed.
      combinesDateTime: true,
      limit: Math.min(limit, MAX_LIMIT),
      offset: integerOf(options, 'offset') ?? 0,
      ...(returnTags && { returnTags }),
    },
    nothing: limit === 0 || contradiction || other,
    warnings,
    matchedOn,
  };
}

function addKey(keys: Map<string, GivenKey>, warnings: string[], name: string, value: string): void {
  const path = name.split('.').map(attributeNamed);
  if (path.some((tag) => tag === undefined)) throw invalid(name, 'no attribute has this name');
  const key = keyAt(path as number[]);
  if (!key || key.matching === 'none') {
    if (value !== '') warnings.push(`Matching on ${safe(name)} is not supported and was not performed.`);
    return;
  }
  const id = path.join('.');
  if (keys.has(id)) throw invalid(name, 'given more than once');
  if (value.includes('\0')) throw invalid(name, 'holds a NUL');
  keys.set(id, {
    tag: key.tag,
    keyword: key.keyword,
    values: valuesOf(key, name, value),
    ...(path.length > 1 && { within: path[0] as number }),
  });
}

/** The key behind one tag, or behind a tag of the items of a sequence (PS3.18 section 8.3.4.1). */
function keyAt([first, second, ...deeper]: readonly number[]): QueryKey | undefined {
  if (second === undefined) return queryKey(first as number);
  return first === REQUEST_ATTRIBUTES && deeper.length === 0 ? requestKey(second) : undefined;
}

function valuesOf(key: QueryKey, name: string, value: string): string[] {
  if (key.matching === 'uid') return uidsOf(name, value);
  if (value.length > MAX_VALUE_LENGTH) throw invalid(name, 'too long');
  if (value === '') return [];
  if (key.matching === 'date' && !parseDateRange(value)) throw invalid(name, 'no date and no range of dates');
  if (key.matching === 'time' && !parseTimeRange(value)) throw invalid(name, 'no time and no range of times');
  if (LISTS.has(key.keyword)) return value.split(/[,\\]/).filter((one) => one !== '');
  return [value];
}

/** A list of UIDs, divided by commas or backslashes (PS3.18 section 8.3.4.1). */
function uidsOf(name: string, value: string): string[] {
  const uids = value.split(/[,\\]/).map((uid) => uid.trim());
  const given = uids.filter((uid) => uid !== '');
  if (given.length > MAX_UIDS) throw invalid(name, `more than ${MAX_UIDS} UIDs`);
  if (given.length === 1 && given[0] === '*') return [];
  if (given.some((uid) => !isStorableUid(uid))) throw invalid(name, 'no UID');
  return given;
}

/** Restricts a UID key to the one of the path; false when the query excludes it. */
function narrow(keys: Map<string, GivenKey>, tag: number, uid: string | undefined): boolean {
  if (uid === undefined) return true;
  const asked = keys.get(String(tag))?.values ?? [];
  keys.set(String(tag), { tag, keyword: queryKey(tag)?.keyword ?? '', values: [uid] });
  return asked.length === 0 || asked.includes(uid);
}

/**
 * Attributes of the level, of the levels above that the path leaves open, the UIDs, and what `includefield` names;
 * undefined for all (PS3.18 section 10.6.3.3).
 */
function returnTagsOf(scope: QidoScope, include: readonly string[], warnings: string[]): number[] | undefined {
  const named = include.map((field) => field.trim()).filter((field) => field !== '');
  if (named.some((field) => field.toLowerCase() === 'all')) return undefined;
  const levels = new Set<string>([scope.level]);
  if (scope.level !== 'STUDY' && scope.studyInstanceUid === undefined) levels.add('STUDY');
  if (scope.level === 'IMAGE' && scope.seriesInstanceUid === undefined) levels.add('SERIES');
  if (levels.has('STUDY')) levels.add('PATIENT');
  const tags = QUERY_KEYS.filter((key) => levels.has(key.level)).map((key) => key.tag);
  const request = levels.has('SERIES') ? [REQUEST_ATTRIBUTES] : [];
  return [
    ...tags,
    ...request,
    TIMEZONE,
    STUDY_INSTANCE_UID,
    SERIES_INSTANCE_UID,
    ...named.flatMap((field) => includedTag(field, warnings)),
  ];
}

function includedTag(field: string, warnings: string[]): number[] {
  const path = field.split('.').map(attributeNamed);
  if (path.some((tag) => tag === undefined)) throw invalid('includefield', `no attribute is called ${safe(field)}`);
  const [tag, ...deeper] = path as [number, ...number[]];
  if (keyAt(path as number[]) || (tag === REQUEST_ATTRIBUTES && deeper.length === 0)) return [tag];
  warnings.push(`The attribute ${safe(field)} is not in search results; the metadata of the instance holds it.`);
  return [];
}

/** Keywords are written in any case of letters by people and in lower case by some clients. */
function attributeNamed(step: string): number | undefined {
  return tagOf(step) ?? KEYWORDS.get(step.toLowerCase());
}

function integerOf(options: Record<string, string>, name: string): number | undefined {
  const value = options[name];
  if (value === undefined || value === '') return undefined;
  if (!/^\d{1,9}$/.test(value)) throw invalid(name, 'no whole number from 0 on');
  return Number(value);
}

function booleanOf(options: Record<string, string>, name: string): boolean {
  const value = (options[name] ?? 'false').toLowerCase();
  if (value !== 'true' && value !== 'false') throw invalid(name, 'neither true nor false');
  return value === 'true';
}

function invalid(name: string, what: string): ArchiveError {
  return new ArchiveError('QUERY_INVALID', `${safe(name)}: ${what}`);
}

/** A name from outside, short and without anything that could end a header line. */
function safe(name: string): string {
  return name.replace(/[^\w.,-]/g, '?').slice(0, 64);
}
