/** Collects the identifier of a query or retrieval, which is small or refused. */
import type { DataSet } from '../../dicom/data-set.ts';
import { DataSetError } from '../../dicom/data-set.ts';
import { readDataSet } from '../../dicom/read-data-set.ts';
import { ArchiveError } from '../../errors.ts';
import type { Request } from './conversation.ts';
import { GatheredBytes } from './gathered-bytes.ts';
import type { DataSetSink } from './message-reader.ts';

/** A list of ten thousand UIDs fits. */
export const MAX_IDENTIFIER_BYTES = 1024 * 1024;

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

/** Reads an identifier. Throws ArchiveError QUERY_INVALID. */
export function readIdentifier(bytes: Buffer | null, transferSyntaxUid: string): DataSet {
  if (bytes === null) throw new ArchiveError('QUERY_INVALID', 'the identifier is too long');
  try {
    return readDataSet(bytes, transferSyntaxUid);
  } catch (cause) {
    if (!(cause instanceof DataSetError)) throw cause;
    throw new ArchiveError('QUERY_INVALID', `the identifier cannot be read (${cause.reason})`, { cause });
  }
}
