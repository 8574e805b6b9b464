/**
 * What the backup asks of a place to write to. A folder, a USB disk, a share or an object store each fulfil it in their
 * own way and pass the same suite (test/backup/target-contract.ts). Paths are relative to the clinic's own folder on the
 * target, with `/`. All functions throw ArchiveError with a BACKUP_ code.
 */

export interface Target {
  /** For people: where this is. */
  readonly where: string;
  /** It lies in other people's hands: nothing of patients goes there in the clear. */
  readonly onlyEncrypted?: true;
  /** Paths of the committed files below a folder, sorted; [] when there is no such folder. */
  list(folder: string): Promise<string[]>;
  /** A whole small file; undefined when there is none. */
  read(path: string): Promise<Buffer | undefined>;
  /** A committed file for reading in ranges; undefined when there is none. */
  open(path: string): Promise<TargetReader | undefined>;
  /** A new file, seen by nobody before its commit. Refused when the path is taken, unless `replace`. */
  create(path: string, options?: { replace?: boolean }): Promise<TargetWriter>;
  /** Takes a committed file away. Only for what is rebuilt anyway; images are never taken away. */
  remove(path: string): Promise<void>;
  /** Drops what an interrupted run left without commit. */
  dropUnfinished(): Promise<void>;
  /** Bytes left for us; undefined when the target does not say. */
  freeBytes(): Promise<number | undefined>;
  /** One run at a time: throws BACKUP_RUNNING while another holds it. */
  lock(owner: string): Promise<TargetLock>;
}

export interface TargetReader {
  readonly size: number;
  /** Fills the buffer from `position`; returns the bytes read, fewer only at the end of the file. */
  read(into: Buffer, position: number): Promise<number>;
  close(): Promise<void>;
}

export interface TargetWriter {
  /** Resolves when the target took all of the chunk, which is then free for reuse. */
  write(chunk: Buffer): Promise<void>;
  /**
   * Makes the bytes durable, reads them back from the target, compares, and only then lets the file be seen under its
   * name. BACKUP_VERIFY_MISMATCH when what comes back is not what was written; then nothing is seen.
   * @param onRead told the bytes read back since the last call
   */
  commit(onRead?: (bytes: number) => void): Promise<{ size: number; sha256: string }>;
  /** Gives up: nothing remains. Never throws. */
  discard(): Promise<void>;
}

export interface TargetLock {
  release(): Promise<void>;
}

/** Writes and commits a small file at once. */
export async function writeWhole(
  target: Target,
  path: string,
  bytes: Buffer,
  options?: { replace?: boolean },
): Promise<{ size: number; sha256: string }> {
  const writer = await target.create(path, options);
  try {
    await writer.write(bytes);
    return await writer.commit();
  } catch (error) {
    await writer.discard();
    throw error;
  }
}
