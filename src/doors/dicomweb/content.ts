/** Bytes to be sent: pieces of a stored data set, or bytes that are in memory. */
import type { Retriever, StoredInstance } from '../../archive/retrieve.ts';
import type { BodyWriter } from './answer.ts';

export interface Content {
  /** Bytes. */
  readonly length: number;
  /** Bytes [start, end), which may be read from the disk from now on: `send` or `drop` has to follow. */
  begin(start: number, end: number): Sending;
}

/** A content under way; one of the two has to be called. */
export interface Sending {
  /** Writes the bytes at the pace of the client. */
  send(writer: BodyWriter): Promise<void>;
  /** They are not going to be sent. */
  drop(): Promise<void>;
}

/** Fewer bytes than this leave together with what follows them. */
const FEW_BYTES = 16_384;

export function contentOfBytes(bytes: Uint8Array): Content {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    length: buffer.length,
    begin: (start, end) => ({
      async send(writer) {
        const asked = buffer.subarray(start, end);
        if (asked.length < FEW_BYTES) writer.hold(asked);
        else await writer.write(asked);
      },
      drop: async () => undefined,
    }),
  };
}

/** Ranges [start, end) of the data set, one after the other. */
export function contentOfRanges(
  retriever: Pick<Retriever, 'begin'>,
  instance: StoredInstance,
  ranges: readonly (readonly [number, number])[],
): Content {
  return joined(ranges.map((range) => contentOfRange(retriever, instance, range)));
}

function contentOfRange(
  retriever: Pick<Retriever, 'begin'>,
  instance: StoredInstance,
  [from, to]: readonly [number, number],
): Content {
  return {
    length: to - from,
    begin(start, end) {
      const reading = retriever.begin(instance, from + start, from + end);
      return { send: (writer) => reading.to((chunk) => writer.write(chunk)), drop: () => reading.drop() };
    },
  };
}

/** Several contents as one; only the first that is asked for begins at once, so that few files are open. */
export function joined(contents: readonly Content[]): Content {
  return {
    length: contents.reduce((sum, content) => sum + content.length, 0),
    begin(start, end) {
      const asked = within(contents, start, end);
      // Bytes that are in memory cost nothing to begin: with them goes the file behind.
      const begun = asked.splice(0, 2).map((begin) => begin());
      const drop = async () => void (await Promise.all(begun.splice(0).map((sending) => sending.drop())));
      return {
        async send(writer) {
          try {
            for (let next = begun.shift(); next; next = begun.shift() ?? asked.shift()?.()) await next.send(writer);
          } finally {
            await drop();
          }
        },
        drop,
      };
    },
  };
}

/** How to begin each content that has bytes in [start, end) of them all. */
function within(contents: readonly Content[], start: number, end: number): (() => Sending)[] {
  let before = 0;
  return contents.flatMap((content) => {
    const [first, last] = [Math.max(0, start - before), Math.min(content.length, end - before)];
    before += content.length;
    return last > first ? [() => content.begin(first, last)] : [];
  });
}
