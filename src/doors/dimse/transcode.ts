/** The seam to whoever can encode a stored data set in another transfer syntax, for receivers that do not take the stored one. */
import type { Retriever, StoredInstance } from '../../archive/retrieve.ts';
import { asArchiveError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Rendering } from '../../rendering/rendering.ts';

/** A stored data set in another transfer syntax. */
export interface TranscodedDataSet {
  /** Bytes. */
  readonly length: number;
  /** Hands the data set to the sink, in order. It can be read once. */
  read(sink: (piece: Buffer) => Promise<void> | void): Promise<void>;
}

/** Null when the instance cannot be had in this transfer syntax; the reason is in the log. Never throws. */
export type Transcode = (instance: StoredInstance, transferSyntaxUid: string) => Promise<TranscodedDataSet | null>;

/** Transcodes in the render workers, a frame at a time. */
export function createTranscode(
  rendering: Pick<Rendering, 'transcoded'>,
  retriever: Pick<Retriever, 'read'>,
  log: Log,
): Transcode {
  return async (instance, transferSyntaxUid) => {
    try {
      const transcoding = await rendering.transcoded(instance, transferSyntaxUid, (start, end, sink) =>
        retriever.read(instance, start, end, async (piece) => sink(piece)),
      );
      return { length: transcoding.length, read: (sink) => transcoding.read(sink) };
    } catch (error) {
      const { code, detail } = asArchiveError(error);
      const { sopInstanceUid, transferSyntaxUid: stored } = instance;
      log.warn({ sopInstanceUid, stored, wanted: transferSyntaxUid, code, detail }, 'an image cannot be transcoded');
      return null;
    }
  };
}
