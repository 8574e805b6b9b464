/** What is open while a data set is read: the elements of the root or of an item, or the items of a sequence. */
import type { DataSet } from './data-set.ts';
import type { Encoding } from './element-header.ts';
import type { ReadableDataSet } from './readable-data-set.ts';

/** The sequence under way; its length is known when it ends. */
export interface SequenceElement {
  readonly tag: number;
  readonly vr: string;
  readonly offset: number;
  length: number;
  readonly items: DataSet[];
}

export interface Level {
  /** Set when items of a sequence come next, not elements. */
  readonly sequence: SequenceElement | undefined;
  /** The data set whose elements these are; for a sequence the one that it belongs to. */
  readonly dataSet: ReadableDataSet;
  /** Where it ends; for an undefined length where it must have ended. */
  readonly end: number;
  readonly undefinedLength: boolean;
  readonly encoding: Encoding;
  /** A sequence under VR UN: each item shows its encoding itself. */
  readonly unlabelled: boolean;
}
