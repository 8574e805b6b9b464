/** What the index keeps about an instance, read from the first bytes of its data set. */
import { bytesOf, type DataSet, DataSetError, itemsOf, texts } from '../dicom/data-set.ts';
import { inflateHeadInThread } from '../dicom/inflate.ts';
import { foldName } from '../dicom/matching.ts';
import { initialConsonants, parsePersonName } from '../dicom/person-name.ts';
import { QUERY_KEYS } from '../dicom/query-keys.ts';
import { readDataSetInTurns } from '../dicom/read-data-set.ts';
import { REQUEST_ATTRIBUTES, REQUEST_KEYS } from '../dicom/request-attributes.ts';
import { transferSyntax } from '../dicom/transfer-syntaxes.ts';
import { trimEndOf } from '../dicom/trim.ts';
import { isStorableUid } from '../dicom/uid.ts';
import { ArchiveError } from '../errors.ts';

export interface InstanceDescription {
  /** Values by column of QUERY_KEYS; several values are joined by a backslash. */
  attributes: Record<string, string>;
  patientKey: string;
  nameAlphabetic: string;
  nameIdeographic: string;
  namePhonetic: string;
  searchText: string;
}

const PIXEL_DATA = 0x7fe00010;
/** All keys of the index lie below this tag; a longer header, the tree of a report for one, need not be read to its end. */
const LAST_NEEDED = REQUEST_ATTRIBUTES + 1;
/** Elements and items, see `ReadOptions`: 60 MB of memory. A hundred thousand references before the keys fit. */
const MOST_UNITS = 1_000_000;
/** Most bytes of a deflated data set that are inflated to find the keys. */
export const INFLATED_HEAD = 4 << 20;
/** Bytes of a key that are looked at; the longest value that the Standard allows has 10,240 characters. */
const MOST_BYTES = 16 << 10;
/** Requests of one image that are looked at. */
const MOST_REQUESTS = 100;
const MOST_REQUEST_BYTES = 1024;

const HEAD_ONLY = { stopBefore: PIXEL_DATA, headOnly: true, mostUnits: MOST_UNITS };

/**
 * Reads the keys; a long head in turns, so that nobody else has to wait. `whole` says that `head` is the whole data set.
 * @returns undefined when the keys reach beyond `head`: ask again with more of it.
 * @throws ArchiveError DATA_SET_UNREADABLE or IDENTIFIERS_INVALID.
 */
export async function describeInstance(
  head: Buffer,
  transferSyntaxUid: string,
  whole: boolean,
): Promise<InstanceDescription | undefined> {
  const dataSet = await readHead(head, transferSyntaxUid, whole);
  return dataSet && describeDataSet(dataSet);
}

/** The same of a data set that has been read. @throws ArchiveError IDENTIFIERS_INVALID */
export function describeDataSet(dataSet: DataSet): InstanceDescription {
  const attributes = { ...attributesOf(dataSet), ...requestAttributesOf(dataSet) };
  checkIdentifiers(attributes);
  return { attributes, ...namesOf(attributes) };
}

async function readHead(head: Buffer, transferSyntaxUid: string, whole: boolean): Promise<DataSet | undefined> {
  try {
    const deflated = transferSyntax(transferSyntaxUid)?.deflated === true;
    const source = deflated ? await inflateHeadInThread(head, INFLATED_HEAD) : head;
    // Never stricter than the keys need: damage behind them must not keep an image out.
    const dataSet = await readDataSetInTurns(source, transferSyntaxUid, HEAD_ONLY);
    if (reachesAllKeys(dataSet, whole)) return dataSet;
    if (!whole) return undefined;
    throw new ArchiveError('DATA_SET_UNREADABLE', 'the data set ends within its header');
  } catch (error) {
    if (error instanceof DataSetError) throw new ArchiveError('DATA_SET_UNREADABLE', error.message, { cause: error });
    throw error;
  }
}

function reachesAllKeys(dataSet: DataSet & { truncated?: boolean }, whole: boolean): boolean {
  if (dataSet.elements.size === 0) return false;
  if (dataSet.stoppedAt && dataSet.stoppedAt.tag >= LAST_NEEDED) return true;
  if (whole && !dataSet.truncated) return true;
  return [...dataSet.elements.keys()].some((tag) => tag >= LAST_NEEDED);
}

function attributesOf(dataSet: DataSet): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const key of QUERY_KEYS) {
    if (key.column === null || bytesOf(dataSet, key.tag) === undefined) continue;
    const values = texts(dataSet, key.tag, MOST_BYTES).map(withoutControlCharacters);
    const value = values.join('\\');
    if (value !== '') attributes[key.column] = key.matching === 'date' ? value.replaceAll('.', '') : value;
  }
  return attributes;
}

function requestAttributesOf(dataSet: DataSet): Record<string, string> {
  const items = itemsOf(dataSet, REQUEST_ATTRIBUTES).slice(0, MOST_REQUESTS);
  const columns = REQUEST_KEYS.map(({ tag, column }) => {
    const values = items.map((item) =>
      withoutControlCharacters(texts(item, tag, MOST_REQUEST_BYTES)[0] ?? '').replaceAll('\\', ''),
    );
    return [column, values.some((value) => value !== '') ? values.join('\\') : ''];
  });
  return Object.fromEntries(columns.filter(([, value]) => value !== ''));
}

function withoutControlCharacters(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not reach rows, logs and pages
  return text.replaceAll(/[\u0000-\u001f\u007f]/g, '').trim();
}

const IDENTIFIERS = [
  ['sop_class_uid', 'SOP Class UID'],
  ['sop_instance_uid', 'SOP Instance UID'],
  ['study_instance_uid', 'Study Instance UID'],
  ['series_instance_uid', 'Series Instance UID'],
] as const;

function checkIdentifiers(attributes: Record<string, string>): void {
  const wrong = IDENTIFIERS.filter(([column]) => !isStorableUid(attributes[column] ?? ''));
  if (wrong.length > 0) {
    throw new ArchiveError('IDENTIFIERS_INVALID', `missing or malformed: ${wrong.map(([, name]) => name).join(', ')}`);
  }
}

function namesOf(attributes: Record<string, string>): Omit<InstanceDescription, 'attributes'> {
  const name = parsePersonName(attributes.patient_name ?? '');
  const patientId = attributes.patient_id ?? '';
  const groups = [name.alphabetic, name.ideographic, name.phonetic].map(foldGroup);
  return {
    patientKey:
      patientId === '' ? `name:${groups.join('=')}|${attributes.patient_birth_date ?? ''}` : `id:${patientId}`,
    nameAlphabetic: groups[0] as string,
    nameIdeographic: groups[1] as string,
    namePhonetic: groups[2] as string,
    searchText: searchTextOf(groups, [patientId, attributes.accession_number ?? '']),
  };
}

/** Trailing empty components carry nothing: `HONG^GILDONG^^` matches as `HONG^GILDONG`. */
function foldGroup(group: string): string {
  return trimEndOf(foldName(group), '^');
}

/** Spellings a person may type: with space, run together, and the initial consonants (초성) of Hangul. */
function searchTextOf(groups: readonly string[], identifiers: readonly string[]): string {
  const spellings = groups
    .filter((group) => group !== '')
    .flatMap((group) => {
      const spaced = group.replaceAll('^', ' ').replaceAll(/ +/g, ' ').trim();
      const joined = spaced.replaceAll(' ', '');
      return [spaced, joined, initialConsonants(joined)];
    });
  return [...new Set([...spellings, ...identifiers.map(foldName)])].filter((text) => text !== '').join('\n');
}

/** What a person typed into the search box, in the form of `searchText`. */
export function foldSearch(text: string): string {
  return foldName(text).replaceAll('^', ' ').replaceAll(/\s+/g, ' ').trim();
}
