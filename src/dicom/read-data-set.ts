/**
 * Reads a data set: one pass, no recursion, no copy, no strings (PS3.5 section 7). Values are looked at when somebody
 * asks for them (`data-set.ts`). Everything is bounded, because the bytes come from the network: nesting, lengths and
 * the number of elements.
 */
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
  const syntax = transferSyntax(transferSyntaxUid);
  const label = { littleEndian: !(syntax?.bigEndian ?? false), explicitVr: syntax?.explicitVr ?? true };
  const { stopBefore = Number.POSITIVE_INFINITY, headOnly = false } = options;
  return new DataSetReader(source, label, stopBefore, headOnly).read();
}
