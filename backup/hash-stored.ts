/** Hashes of what lies on a target. */
import { createHash } from 'node:crypto';
import type { Target, TargetReader } from './target.ts';

const CHUNK = 1024 * 1024;

/** Size and hash of a whole file; undefined when it is missing or cannot be read. */
export async function hashWhole(
  target: Target,
  path: string,
  count: (bytes: number) => void,
): Promise<{ size: number; sha256: string } | undefined> {
  return withReader(
    target,
    path,
    async (reader) => ({ size: reader.size, sha256: await hashRange(reader, 0, reader.size, count) }),
    undefined,
  );
}

/** What `act` makes of a file; `otherwise` when the file is missing or a read of it fails. */
export async function withReader<T>(
  target: Target,
  path: string,
  act: (reader: TargetReader) => Promise<T>,
  otherwise: T,
): Promise<T> {
  const reader = await target.open(path).catch(() => undefined);
  if (!reader) return otherwise;
  try {
    return await act(reader);
  } catch {
    return otherwise;
  } finally {
    await reader.close().catch(() => undefined);
  }
}

/** The hash of a range, or of what there is of it. */
export async function hashRange(
  reader: TargetReader,
  start: number,
  size: number,
  count: (bytes: number) => void = () => undefined,
): Promise<string> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(Math.min(CHUNK, size));
  for (let at = 0; at < size; ) {
    const read = await reader.read(buffer.subarray(0, Math.min(buffer.length, size - at)), start + at);
    if (read === 0) break;
    hash.update(buffer.subarray(0, read));
    at += read;
    count(read);
  }
  return hash.digest('hex');
}
