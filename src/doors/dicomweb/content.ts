/** Bytes to be sent: pieces of a stored data set, or bytes that are in memory. */
import type { Retriever, StoredInstance } from '../../archive/retrieve.ts';
import type { BodyWriter } from './answer.ts';

export interface Content {
  /** Bytes. */
  readonly length: number;
  /** Writes bytes [start, end) at the pace of the client. */
  write(writer: BodyWriter, start: number, end: number): Promise<void>;
}

export function contentOfBytes(bytes: Uint8Array): Content {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    length: buffer.length,
    write: (writer, start, end) => writer.write(buffer.subarray(start, end)),
  };
}

/** Ranges [start, end) of the data set, one after the other. */
export function contentOfRanges(
  retriever: Pick<Retriever, 'read'>,
  instance: StoredInstance,
  ranges: readonly (readonly [number, number])[],
): Content {
  const length = ranges.reduce((sum, [start, end]) => sum + end - start, 0);
  return {
    length,
    async write(writer, start, end) {
      let before = 0;
      for (const [from, to] of ranges) {
        const first = from + Math.max(0, start - before);
        const last = Math.min(to, from + end - before);
        if (last > first) await retriever.read(instance, first, last, (chunk) => writer.write(chunk));
        before += to - from;
      }
    },
  };
}

/** Several contents as one. */
export function joined(contents: readonly Content[]): Content {
  return {
    length: contents.reduce((sum, content) => sum + content.length, 0),
    async write(writer, start, end) {
      let before = 0;
      for (const content of contents) {
        const first = Math.max(0, start - before);
        const last = Math.min(content.length, end - before);
        if (last > first) await content.write(writer, first, last);
        before += content.length;
      }
    },
  };
}
