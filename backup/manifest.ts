/**
 * The manifest of a volume: one JSON line for each entry, and a last line that names the volume with its hash, tells how
 * far the change log is now copied, and seals the file. No manifest, no backup: writing it is the commit.
 */
import { createHash } from 'node:crypto';
import type { Mark, PlanItem } from './plan.ts';
import { sealedLine, sealHolds } from './sealed.ts';

/** One file in a volume. The order of the first three fields is part of the format: `sed` reads them. */
export interface ManifestEntry {
  /** Relative to the data folder, with `/`: the name in the ZIP and the place to restore to. */
  path: string;
  /** Bytes of the stored file. */
  size: number;
  /** Of the whole stored file. */
  sha256: string;
  studyInstanceUid?: string;
  seriesInstanceUid?: string;
  sopInstanceUid?: string;
  fileId?: string;
  /** Where the change log names the file; quarantined files have their own count and no epoch. */
  epoch?: string;
  seq: number;
  /** The archive's count of received files. */
  received?: number;
  /** Of the DICOM data set alone, as the index keeps it. */
  dataSetSha256?: string;
  /** Where the bytes of the file begin in the volume: entries are stored without compression. */
  offset: number;
}

/** A file that should be here and is not: every run tries it again. `hashed` is what it must come to. */
export type Unreadable = PlanItem & { reason: 'missing' | 'unreadable' | 'damaged' | 'differs-from-backup' };

/** What the last line says. `volume` null moves the mark only (after an index rebuild that brought nothing new). */
export interface ManifestTrailer {
  volume: string | null;
  size: number;
  sha256: string | null;
  entries: number;
  mark: Mark;
  /** Everything still owed up to the mark, carried on from manifest to manifest. */
  pending: Unreadable[];
}

export interface Manifest {
  entries: ManifestEntry[];
  trailer: ManifestTrailer;
}

/** The text of a manifest, sealed. */
export function manifestText(manifest: Manifest): string {
  const lines = manifest.entries.map((entry) => `${JSON.stringify(ordered(entry))}\n`).join('');
  return lines + sealedLine(manifest.trailer, createHash('sha256').update(lines));
}

/** The last line alone; undefined when the manifest is cut short or any byte of it changed. */
export function readTrailer(file: Buffer): ManifestTrailer | undefined {
  if (!sealHolds(file)) return undefined;
  const start = file.lastIndexOf(0x0a, file.length - 2) + 1;
  return JSON.parse(file.toString('utf8', start)) as ManifestTrailer;
}

/** Reads a manifest; undefined when it is cut short or any byte of it changed. */
export function parseManifest(file: Buffer): Manifest | undefined {
  if (!sealHolds(file)) return undefined;
  const lines = file
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  const trailer = lines.pop() as ManifestTrailer;
  return { entries: lines as ManifestEntry[], trailer };
}

/** The entries of a damaged manifest that can still be read. Each has its own hash, so a wrong one does no harm. */
export function salvageEntries(file: Buffer): ManifestEntry[] {
  return file
    .toString('utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        const entry = JSON.parse(line) as Partial<ManifestEntry>;
        const { path, size, sha256, offset } = entry;
        const usable =
          path !== undefined && sha256 !== undefined && Number.isSafeInteger(size) && Number.isSafeInteger(offset);
        return usable ? [entry as ManifestEntry] : [];
      } catch {
        return [];
      }
    });
}

function ordered(entry: ManifestEntry): ManifestEntry {
  const { path, size, sha256, ...rest } = entry;
  return { path, size, sha256, ...rest };
}
