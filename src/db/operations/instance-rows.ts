/** The rows of one stored file: study and series are made when missing, the instance row always. */
import { foldName } from '../../dicom/matching.ts';
import { QUERY_KEYS, type QueryLevel } from '../../dicom/query-keys.ts';
import { REQUEST_KEYS } from '../../dicom/request-attributes.ts';
import type { Connection } from '../connection.ts';
import type { RegisteredFile } from './register-instance.ts';
import { refreshTextSearch } from './text-search.ts';

/** Keys that are taken from a data set; computed ones have no column of their own in the table of keys. */
function columnsOf(level: QueryLevel): string[] {
  return QUERY_KEYS.flatMap((key) => (key.level === level && key.column !== null ? [key.column] : []));
}

/** The patient's attributes are kept per study. */
const STUDY_COLUMNS = [...columnsOf('PATIENT'), ...columnsOf('STUDY')];
const SERIES_COLUMNS = [...columnsOf('SERIES'), ...REQUEST_KEYS.map(({ column }) => column)];
const INSTANCE_COLUMNS = columnsOf('IMAGE');

const INSERT_STUDY = insertSql('studies', [
  'patient_key',
  'name_alphabetic',
  'name_ideographic',
  'name_phonetic',
  'search_text',
  'received_at',
  'last_received_at',
  'receive_sequence',
  ...STUDY_COLUMNS,
]);
const INSERT_SERIES = insertSql('series', ['study', ...SERIES_COLUMNS]);
const INSERT_INSTANCE = insertSql('instances', [
  'series',
  'role',
  'file_id',
  'transfer_syntax_uid',
  'data_set_offset',
  'data_set_length',
  'sha256',
  'received_at',
  'receive_sequence',
  'calling_ae',
  'peer_address',
  'device',
  'via',
  ...INSTANCE_COLUMNS,
]);

/** `blanks` has a 1 for each empty column: only what is missing is ever written again. */
const FIND_STUDY = `SELECT id, received_at AS receivedAt, receive_sequence AS receiveSequence,
  ${STUDY_COLUMNS.map((column) => `(${column} IS NULL)`).join(' || ')} AS blanks
  FROM studies WHERE study_instance_uid = ? AND patient_key = ?`;

const FILL_STUDY = `UPDATE studies SET
  name_alphabetic = iif(patient_name IS NULL, ?, name_alphabetic),
  name_ideographic = iif(patient_name IS NULL, ?, name_ideographic),
  name_phonetic = iif(patient_name IS NULL, ?, name_phonetic),
  search_text = iif(patient_name IS NULL, ?, search_text || iif(accession_number IS NULL, ?, '')),
  ${STUDY_COLUMNS.map((column) => `${column} = coalesce(${column}, ?)`).join(', ')} WHERE id = ?`;

/** Columns without an index only: this runs for every image, and each index would be a page more to flush. */
const NOTE_ARRIVAL = `UPDATE studies SET last_received_at = max(last_received_at, @receivedAt),
  sop_classes_in_study = CASE
    WHEN sop_classes_in_study = '' THEN @sopClassUid
    WHEN instr('\\' || sop_classes_in_study || '\\', '\\' || @sopClassUid || '\\') > 0 THEN sop_classes_in_study
    ELSE sop_classes_in_study || '\\' || @sopClassUid END
  WHERE id = @id`;

/** A rebuild reads the files in any order. */
const NOTE_EARLIER_ARRIVAL = `UPDATE studies SET received_at = min(received_at, @receivedAt),
  receive_sequence = min(receive_sequence, @receiveSequence) WHERE id = @id`;

interface KnownStudy {
  id: number;
  receivedAt: string;
  receiveSequence: number;
  blanks: string;
}

/** The study row of the file; blanks of an earlier instance are filled from a later one, values are never replaced. */
export function studyRow(index: Connection, file: RegisteredFile): number {
  const uid = file.attributes.study_instance_uid ?? '';
  const attributes = valuesOf(STUDY_COLUMNS, file.attributes);
  const { receivedAt, receiveSequence } = file;
  const known = index.get<KnownStudy>(FIND_STUDY, uid, file.patientKey);
  if (known && attributes.some((value, n) => value !== null && known.blanks[n] === '1')) {
    fillStudy(index, known.id, file);
  }
  if (known && (receivedAt < known.receivedAt || receiveSequence < known.receiveSequence)) {
    index.run(NOTE_EARLIER_ARRIVAL, { receivedAt, receiveSequence, id: known.id });
  }
  const id = known?.id ?? newStudy(index, file, uid);
  index.run(NOTE_ARRIVAL, { receivedAt, sopClassUid: file.attributes.sop_class_uid ?? '', id });
  return id;
}

function newStudy(index: Connection, file: RegisteredFile, uid: string): number {
  const names = [file.nameAlphabetic, file.nameIdeographic, file.namePhonetic, file.searchText];
  const arrival = [file.receivedAt, file.receivedAt, file.receiveSequence];
  const attributes = valuesOf(STUDY_COLUMNS, file.attributes);
  const id = insertedId(index, INSERT_STUDY, [file.patientKey, ...names, ...arrival, ...attributes]);
  if (index.get('SELECT 1 FROM studies WHERE study_instance_uid = ? AND id <> ? LIMIT 1', uid, id)) {
    index.run('UPDATE studies SET shares_uid = 1 WHERE study_instance_uid = ?', uid);
  }
  return id;
}

function fillStudy(index: Connection, id: number, file: RegisteredFile): void {
  const accession = foldName(file.attributes.accession_number ?? '');
  const searched = [file.searchText, accession === '' ? '' : `\n${accession}`];
  const names = [file.nameAlphabetic, file.nameIdeographic, file.namePhonetic, ...searched];
  index.run(FILL_STUDY, ...names, ...valuesOf(STUDY_COLUMNS, file.attributes), id);
  refreshTextSearch(index, id);
}

export function seriesRow(index: Connection, study: number, file: RegisteredFile): number {
  const known = index.get<{ id: number }>(
    'SELECT id FROM series WHERE study = ? AND series_instance_uid = ?',
    study,
    file.attributes.series_instance_uid ?? '',
  );
  return known?.id ?? insertedId(index, INSERT_SERIES, [study, ...valuesOf(SERIES_COLUMNS, file.attributes)]);
}

export function insertInstance(index: Connection, series: number, role: number, file: RegisteredFile): number {
  return insertedId(index, INSERT_INSTANCE, [
    series,
    role,
    file.fileId,
    file.transferSyntaxUid,
    file.dataSetOffset,
    file.dataSetLength,
    file.sha256,
    file.receivedAt,
    file.receiveSequence,
    file.callingAe,
    file.peerAddress,
    file.device,
    file.via,
    ...valuesOf(INSTANCE_COLUMNS, file.attributes),
  ]);
}

function valuesOf(columns: readonly string[], attributes: Record<string, string>): (string | null)[] {
  return columns.map((column) => attributes[column] || null);
}

function insertSql(table: string, columns: readonly string[]): string {
  return `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')}) RETURNING id`;
}

function insertedId(index: Connection, sql: string, values: unknown[]): number {
  return (index.get<{ id: number }>(sql, ...values) as { id: number }).id;
}
