/** Reading stored bytes for a socket: pooled 1 MiB buffers, one read ahead of nobody, back-pressure by the sink. */
import { type FileHandle, open } from 'node:fs/promises';

const BUFFER_SIZE = 1 << 20;
const MOST_POOLED = 8;
const pool: Buffer[] = [];

/** Gets a piece of the file; it may keep the buffer only until its promise settles. */
export type Sink = (chunk: Buffer) => Promise<void> | void;

/**
 * Hands bytes [start, end) of the file to the sink, in order.
 * @throws the file system's error, or a RangeError when the file is shorter than `end`.
 */
export async function readRange(path: string, start: number, end: number, sink: Sink): Promise<void> {
  const handle = await open(path, 'r');
  const buffer = pool.pop() ?? Buffer.allocUnsafeSlow(BUFFER_SIZE);
  try {
    await pump(handle, buffer, start, end, sink);
  } finally {
    if (pool.length < MOST_POOLED) pool.push(buffer);
    await handle.close();
  }
}

async function pump(handle: FileHandle, buffer: Buffer, start: number, end: number, sink: Sink): Promise<void> {
  for (let position = start; position < end; ) {
    const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, end - position), position);
    if (bytesRead === 0) throw new RangeError(`the file ends at ${position}, before ${end}`);
    await sink(buffer.subarray(0, bytesRead));
    position += bytesRead;
  }
}
