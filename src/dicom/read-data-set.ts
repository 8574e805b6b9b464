/**
 * Reads a data set: one pass, no recursion, no copy, no strings (PS3.5 section 7). Values are looked at when somebody
 * asks for them (`data-set.ts`). Everything is bounded, because the bytes come from the network: nesting, lengths and
 * the number of elements.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { DataSet } from './data-set.ts';
import { DataSetReader } from './data-set-reader.ts';
import { transferSyntax } from './transfer-syntaxes.ts';

export interface ReadOptions {
  /** Reading stops before the first element of the root whose tag is this or above. */
  readonly stopBefore?: number;
  /**
   * The source may be cut. Reading stops quietly at the cut: whole elements are kept, an element or sequence that is
   * cut is left out (`stoppedAt` is its header if that is whole) and `truncated` is set. A source that is cut exactly
   * between two elements does not show it.
   */
  readonly headOnly?: boolean;
  /** Elements, and items at 8 units each, that are read at most: a unit costs about 64 bytes of memory. */
  readonly mostUnits?: number;
}

/**
 * Reads the data set in `source`, whose first byte is the first byte of the data set (behind the Part 10 meta group).
 * Deflated ones are inflated before (`inflate.ts`). Where the bytes contradict the label (implicit VR under an explicit
 * Transfer Syntax, swapped bytes) the bytes are believed; an unknown Transfer Syntax is read as explicit VR little
 * endian, which PS3.5 section 10 demands of every encapsulated one.
 * @throws DataSetError and nothing else: 'truncated', 'nesting', 'length' or 'malformed'
 */
export function readDataSet(
  source: Buffer,
  transferSyntaxUid: string,
  options: ReadOptions = {},
): DataSet & { truncated?: boolean } {
  return readerOf(source, transferSyntaxUid, options).read() as DataSet;
}

/** Bytes that can be read in one turn of the event loop, whatever they are. */
const SHORT = 1 << 16;

/** How long a turn is, and how many elements and items are read between two looks at the clock. */
const TURN_MS = 10;
const STEPS = 500;

/** The same for whoever shares the event loop: others have their turn every 10 ms, unless the source is short. */
export async function readDataSetInTurns(
  source: Buffer,
  transferSyntaxUid: string,
  options: ReadOptions = {},
): Promise<DataSet & { truncated?: boolean }> {
  const reader = readerOf(source, transferSyntaxUid, options);
  if (source.length <= SHORT) return reader.read() as DataSet;
  for (let start = performance.now(); ; ) {
    const dataSet = reader.read(STEPS);
    if (dataSet !== undefined) return dataSet;
    if (performance.now() - start < TURN_MS) continue;
    await turn();
    start = performance.now();
  }
}

function readerOf(source: Buffer, transferSyntaxUid: string, options: ReadOptions): DataSetReader {
  const syntax = transferSyntax(transferSyntaxUid);
  const label = { littleEndian: !(syntax?.bigEndian ?? false), explicitVr: syntax?.explicitVr ?? true };
  return new DataSetReader(source, label, options);
}
