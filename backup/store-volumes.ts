/** The part of a run that copies files: volume by volume, each committed by its manifest before the next begins. */
import { ArchiveError } from '../src/errors.ts';
import { FilesOnTarget } from './files-on-target.ts';
import { type ManifestEntry, manifestText } from './manifest.ts';
import { manifestPath, type RunId, volumePath } from './names.ts';
import type { Owed } from './owed.ts';
import { type Mark, type PlanItem, type PlannedVolume, planVolumes, type VolumeLimits, volumeBytes } from './plan.ts';
import type { Head, Source } from './source.ts';
import { type Target, writeWhole } from './target.ts';
import { writeVolume } from './volume.ts';

export interface VolumeRun {
  source: Source;
  target: Target;
  id: RunId;
  head: Head;
  /** Where the target stands, of the head's epoch. */
  mark: Mark;
  owed: Owed;
  /** Manifests on the target before this run. */
  manifests: readonly string[];
  limits: VolumeLimits;
  /** Told bytes of files that are done since the last call; may throw to stop the run. */
  onBytes(bytes: number): void;
  onCommitted(volume: CommittedVolume): void;
}

export interface CommittedVolume {
  manifest: string;
  mark: Mark;
  files: number;
  bytes: number;
}

/** @throws the target's failure; volumes committed before it stay good */
export async function storeVolumes(run: VolumeRun): Promise<void> {
  const onTarget = new FilesOnTarget(run.target, run.manifests);
  const isHere = async (item: PlanItem) => {
    const here = await run.owed.isHere(item, run.mark, onTarget);
    if (here) run.onBytes(item.size);
    return here;
  };
  const again = await run.owed.again(run.source.dataDir);
  const items = chained(again, run.source.items(run.mark, run.head));
  let part = 0;
  for await (const volume of planVolumes(items, run.mark, isHere, run.limits)) {
    run.onCommitted(await storeVolume(run, ++part, volume));
  }
}

async function storeVolume(run: VolumeRun, part: number, { items, mark }: PlannedVolume): Promise<CommittedVolume> {
  const { target, id, owed } = run;
  await refuseWhenFull(target, volumeBytes(items));
  const path = volumePath(id, part);
  const written = items.length === 0 ? undefined : await writeAndCommit(run, path, items);
  const entries = written?.entries ?? [];
  const manifest = manifestPath(id, part);
  const text = manifestText({
    entries,
    trailer: {
      volume: written ? path : null,
      size: written?.size ?? 0,
      sha256: written?.sha256 ?? null,
      entries: entries.length,
      mark,
      pending: owed.list(),
    },
  });
  await writeWhole(target, manifest, Buffer.from(text));
  return { manifest, mark, files: entries.length, bytes: entries.reduce((sum, { size }) => sum + size, 0) };
}

/** Undefined when no file of the volume could be read: then there is no volume. */
async function writeAndCommit(
  run: VolumeRun,
  path: string,
  items: readonly PlanItem[],
): Promise<{ entries: ManifestEntry[]; size: number; sha256: string } | undefined> {
  const writer = await run.target.create(path);
  // Writing and reading back each count for half of a byte done.
  const half = (bytes: number) => run.onBytes(bytes / 2);
  try {
    const { entries, unreadable } = await writeVolume(run.source.dataDir, items, writer, half);
    run.owed.settle(entries, unreadable);
    if (entries.length > 0) return { entries, ...(await writer.commit(half)) };
    await writer.discard();
    return undefined;
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

/**
 * Stops before a run, or a volume of it, that would fill the disk, rather than in the middle.
 * @throws ArchiveError BACKUP_TARGET_FULL with the room that there is and the room that is needed
 */
export async function refuseWhenFull(target: Target, bytes: number): Promise<void> {
  const free = await target.freeBytes();
  if (free === undefined || free >= bytes) return;
  const mb = (n: number) => `${Math.ceil(n / 1e6)} MB`;
  throw new ArchiveError('BACKUP_TARGET_FULL', `${target.where}: ${mb(free)} < ${mb(bytes)}`);
}

function* chained<T>(first: Iterable<T>, second: Iterable<T>): Generator<T> {
  yield* first;
  yield* second;
}
