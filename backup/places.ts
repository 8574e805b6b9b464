/** Where the targets of config.json are at present. A USB disk without a path is looked for by its disk.json. */
import path from 'node:path';
import type { Config } from '../src/config/settings.ts';
import { bucketOf, placeOf } from './cloud.ts';
import { type Memory, siteId } from './memory.ts';
import { performInOwnProcess } from './run.ts';

type ConfiguredTarget = Config['backup']['targets'][number];

export interface Place {
  kind: ConfiguredTarget['kind'];
  label: string | null;
  /** A folder, or `https://host/bucket/prefix`. Null: a USB disk that is not plugged in, or was never looked for. */
  folder: string | null;
  /** Under which home remembers it. */
  key: string;
  /** Of a cloud. */
  region?: string;
}

const FINDER = path.join(import.meta.dirname, 'disk-finder.ts');
/** Looking takes seconds; a place that hangs is left after this. */
const PATIENCE_MINUTES = 1;
const KEY = 'backup.found';

/**
 * Looks for the disks now, in a process of its own.
 * @param options `among`: the only places to look in; for tests
 */
export async function placesNow(
  targets: readonly ConfiguredTarget[],
  memory: Memory,
  options: { among?: readonly string[]; signal?: AbortSignal } = {},
): Promise<Place[]> {
  if (targets.some(isSought)) {
    const { among: places, signal } = options;
    const job = { folder: 'USB', siteId: await siteId(memory), ...(places && { places }) };
    const watched = { patienceMinutes: PATIENCE_MINUTES, ...(signal && { signal }) };
    const found = await performInOwnProcess<{ folders: string[] }>(FINDER, job, watched).catch(() => ({ folders: [] }));
    await memory.set(KEY, JSON.stringify(found.folders));
  }
  return placesLast(targets, memory);
}

/** As they were when somebody last looked. */
export async function placesLast(targets: readonly ConfiguredTarget[], memory: Memory): Promise<Place[]> {
  const found = JSON.parse((await memory.get(KEY)) ?? '[]') as string[];
  const own = targets.flatMap(({ path }) => path ?? []);
  const sought = found.filter((folder) => !own.includes(folder));
  return targets.flatMap((target): Place[] => {
    const { kind, label = null, path } = target;
    if (path !== undefined) return [{ kind, label, folder: path, key: path }];
    const bucket = bucketOf(target);
    if (bucket) {
      const place = placeOf(bucket);
      return [{ kind, label, folder: place, key: place, region: bucket.region }];
    }
    if (sought.length === 0) return [{ kind, label, folder: null, key: `usb:${label}` }];
    // However many such targets there are, each disk is one place.
    return sought.splice(0).map((folder) => ({ kind, label, folder, key: folder }));
  });
}

function isSought({ kind, path }: ConfiguredTarget): boolean {
  return kind === 'usb' && path === undefined;
}
