/** Keeps a sender of tiny fragments from filling the memory with as many small buffers. */
import type { DataSetSink } from './message-reader.ts';

/** Slices of fewer bytes are copied together. */
const SMALL = 1024;
const GATHERED = 16 * 1024;

/** The same sink, which gets small slices joined; larger ones pass by as they are. */
export function gathering(sink: DataSetSink): DataSetSink {
  let gathered: Buffer | null = null;
  let filled = 0;
  const flush = () => {
    if (gathered !== null && filled > 0) sink.write(gathered.subarray(0, filled));
    gathered = null;
    filled = 0;
  };
  return {
    write(slice) {
      if (slice.length >= SMALL) {
        flush();
        sink.write(slice);
        return;
      }
      if (filled + slice.length > GATHERED) flush();
      gathered ??= Buffer.allocUnsafe(GATHERED);
      filled += slice.copy(gathered, filled);
    },
    end() {
      flush();
      sink.end();
    },
  };
}
