/** The seam to whoever can encode a stored data set in another transfer syntax, for receivers that do not take the stored one. */
import type { StoredInstance } from '../../archive/retrieve.ts';

/** A stored data set in another transfer syntax. */
export interface TranscodedDataSet {
  /** Bytes. */
  readonly length: number;
  /** Hands the data set to the sink, in order, and lets go of it: it can be read once. */
  read(sink: (piece: Buffer) => Promise<void> | void): Promise<void>;
  /** Lets go of it without reading. */
  discard(): Promise<void>;
}

/** Null when the instance cannot be had in this transfer syntax; the reason is in the log. Never throws. */
export type Transcode = (instance: StoredInstance, transferSyntaxUid: string) => Promise<TranscodedDataSet | null>;
