/** Collects the identifier of a query or retrieval, which is small or refused. */
import { type DataSet, DataSetError, valueBytes } from '../../dicom/data-set.ts';
import { readDataSetInTurns } from '../../dicom/read-data-set.ts';
import { ArchiveError } from '../../errors.ts';
import type { Request } from './conversation.ts';
import { GatheredBytes } from './gathered-bytes.ts';
import type { DataSetSink } from './message-reader.ts';

/** A list of ten thousand UIDs fits. */
export const MAX_IDENTIFIER_BYTES = 1024 * 1024;
/** Elements and items of a data set that comes with a request, in units of the reader: ten thousand references twice. */
const MOST_UNITS = 500_000;
/** Elements and items of the keys of a query, and bytes of their values, UIDs apart. */
const MOST_KEYS = 2000;
const MOST_KEY_BYTES = 16 * 1024;
/** Of one key. */
const MOST_UIDS = 10_000;
const BACKSLASH = 0x5c;

/** A sink that calls `whole` with the bytes, or with null when there were too many to keep. */
export function collectIdentifier(
  whole: (bytes: Buffer | null) => void,
  most: number = MAX_IDENTIFIER_BYTES,
): DataSetSink {
  const gathered = new GatheredBytes();
  let length = 0;
  return {
    write(slice) {
      length += slice.length;
      if (length <= most) gathered.append(slice);
      else gathered.take();
    },
    end: () => whole(length <= most ? gathered.take() : null),
  };
}

/**
 * The two halves of an operation that begins when its identifier is whole; a request without a data set has an empty one.
 * @param run gets the bytes, or null when there were too many to keep
 */
export function beginWithIdentifier(
  { command }: Request,
  run: (bytes: Buffer | null) => Promise<void>,
): { readonly finished: Promise<void>; readonly dataSet: DataSetSink } {
  const { promise: finished, resolve } = Promise.withResolvers<void>();
  const dataSet = collectIdentifier((bytes) => resolve(run(bytes)));
  if (!command.hasDataSet) dataSet.end();
  return { finished, dataSet };
}

/** Reads the keys of a query or retrieval. Throws ArchiveError QUERY_INVALID. */
export async function readKeys(bytes: Buffer | null, transferSyntaxUid: string): Promise<DataSet> {
  const identifier = await readIdentifier(bytes, transferSyntaxUid);
  checkLengths(identifier);
  return identifier;
}

/** Lists of UIDs may be long; everything else that is compared, in the identifier and its items, is short. */
function checkLengths(identifier: DataSet): void {
  let length = 0;
  let elements = 0;
  const add = (dataSet: DataSet): void => {
    for (const element of dataSet.elements.values()) {
      if (element.vr !== 'UI' && element.items === undefined) length += element.length;
      if (++elements > MOST_KEYS || length > MOST_KEY_BYTES) throw tooLong();
      if (element.vr === 'UI' && hasTooManyValues(valueBytes(dataSet, element))) throw tooLong();
      element.items?.forEach(add);
    }
    elements++;
  };
  add(identifier);
}

function hasTooManyValues(uids: Buffer): boolean {
  let values = 1;
  for (let at = uids.indexOf(BACKSLASH); at >= 0 && values <= MOST_UIDS; at = uids.indexOf(BACKSLASH, at + 1)) values++;
  return values > MOST_UIDS;
}

function tooLong(): ArchiveError {
  return new ArchiveError('QUERY_INVALID', 'the keys are too long');
}

/** Reads a data set that came with a request. Throws ArchiveError QUERY_INVALID. */
export async function readIdentifier(bytes: Buffer | null, transferSyntaxUid: string): Promise<DataSet> {
  if (bytes === null) throw new ArchiveError('QUERY_INVALID', 'the identifier is too long');
  try {
    return await readDataSetInTurns(bytes, transferSyntaxUid, { mostUnits: MOST_UNITS });
  } catch (cause) {
    if (!(cause instanceof DataSetError)) throw cause;
    throw new ArchiveError('QUERY_INVALID', `the identifier cannot be read (${cause.reason})`, { cause });
  }
}
