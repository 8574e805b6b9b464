/**
 * Which studies may hold a text somewhere in their names, Patient ID or Accession Number: an index of all pieces of one,
 * two and three characters of `search_text`, since Korean names are searched by one or two syllables. It only narrows
 * a search down; the conditions of the search itself decide. Studies that it has not taken up yet stay candidates.
 */
import { foldName, hasWildcard } from '../../dicom/matching.ts';
import type { QueryLevel } from '../../dicom/query-keys.ts';
import type { Connection, Connections } from '../connection.ts';
import type { MatchingKey } from './matching-sql.ts';

const PATIENT_NAME = 0x00100010;
const PATIENT_ID = 0x00100020;
const ACCESSION_NUMBER = 0x00080050;
/** Studies that are not taken up may be looked at one by one up to here. */
const MOST_PENDING = 2000;
/** As many as there are words of a fuzzy name at most: what is not matched on must not be searched for. */
const MOST_PIECES = 10;

/** Takes up to `limit` studies into the index, oldest first; true when there are more. */
export function addToTextSearch({ index }: Connections, { limit }: { limit: number }): boolean {
  const rows = index.all<{ id: number; text: string }>(
    'SELECT id, search_text AS text FROM studies WHERE id > ? ORDER BY id LIMIT ?',
    takenUpTo(index),
    limit,
  );
  for (const { id, text } of rows) insert(index, id, text);
  return rows.length === limit;
}

/** The text of a study has changed. */
export function refreshTextSearch(index: Connection, id: number): void {
  if (id > takenUpTo(index)) return;
  index.run('DELETE FROM study_search WHERE rowid = ?', id);
  const row = index.get<{ text: string }>('SELECT search_text AS text FROM studies WHERE id = ?', id);
  if (row) insert(index, id, row.text);
}

/**
 * Row ids of all studies that may hold every one of the texts, which are folded; undefined when there are so many that
 * going through the rows in order finds a page of `limit` sooner.
 */
export function candidates(index: Connection, texts: readonly string[], limit: number): number[] | undefined {
  const pieces = new Set(texts.flatMap(searchedPieces));
  if (pieces.size === 0) return undefined;
  const taken = takenUpTo(index);
  const newest = index.get<{ id: number | null }>('SELECT max(id) AS id FROM studies')?.id ?? 0;
  if (newest - taken > MOST_PENDING) return undefined;
  const most = Math.ceil(Math.sqrt(limit * newest));
  const found = index.all<{ id: number }>(
    'SELECT rowid AS id FROM study_search WHERE study_search MATCH ? LIMIT ?',
    [...pieces].slice(0, MOST_PIECES).join(' AND '),
    most + 1,
  );
  if (found.length > most) return undefined;
  const pending = index.all<{ id: number }>('SELECT id FROM studies WHERE id > ?', taken);
  return [...found, ...pending].map(({ id }) => id);
}

/** Texts that every match of the keys holds; for patients those of their own row. */
export function textsOf(level: QueryLevel, keys: readonly MatchingKey[]): string[] {
  return keys.flatMap(({ tag, values, fuzzy, within }) => {
    const [value = '', ...others] = values.filter((one) => one !== '');
    if (within !== undefined || others.length > 0) return [];
    if (tag === PATIENT_NAME) return fuzzy || hasWildcard(value) ? textsOfName(value) : [];
    const identifies = tag === PATIENT_ID || (tag === ACCESSION_NUMBER && level !== 'PATIENT');
    // Other letters may be written in several ways, which only names are folded for.
    return identifies && hasWildcard(value) && /^[\x20-\x7e]*$/.test(value) ? textsBetween(value) : [];
  });
}

/** Words of a fuzzy name are texts as well: what divides them divides texts. */
function textsOfName(value: string): string[] {
  return value.split(/[=,\\]/).flatMap(textsBetween);
}

/** What stands between the wildcards, as `search_text` has it: components divided by one space. */
function textsBetween(pattern: string): string[] {
  return foldName(pattern)
    .split(/[*?]+/)
    .flatMap((text) => text.split(/[\s^]+/))
    .filter((text) => text !== '');
}

function insert(index: Connection, id: number, text: string): void {
  index.run('INSERT INTO study_search (rowid, pieces) VALUES (?, ?)', id, storedPieces(text).join(' '));
}

/** Studies are taken up in the order of their ids. */
function takenUpTo(index: Connection): number {
  return index.get<{ id: number | null }>('SELECT max(id) AS id FROM study_search_docsize')?.id ?? 0;
}

function storedPieces(searchText: string): string[] {
  const lines = searchText.split('\n').map(codesOf);
  return [...new Set(lines.flatMap((codes) => [1, 2, 3].flatMap((length) => piecesOf(codes, length))))];
}

/** Pieces of one length are enough: the longest that the text has. */
function searchedPieces(text: string): string[] {
  const codes = codesOf(text);
  return piecesOf(codes, Math.min(3, codes.length));
}

function piecesOf(codes: readonly string[], length: number): string[] {
  return codes.slice(0, Math.max(0, codes.length - length + 1)).map((_, at) => codes.slice(at, at + length).join(''));
}

/** Characters that the tokenizer takes for letters, whatever they stand for. */
function codesOf(text: string): string[] {
  return Array.from({ length: text.length }, (_, at) => text.charCodeAt(at).toString(16).padStart(4, '0'));
}
