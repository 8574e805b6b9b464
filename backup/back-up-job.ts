/** What a run is asked to do, and what it tells meanwhile. */
import type { HomeKeys } from './encryption/age-target.ts';
import type { Site } from './identity.ts';
import type { VolumeLimits } from './plan.ts';
import type { Source } from './source.ts';
import type { Target } from './target.ts';
import type { Watch } from './watch.ts';

export interface BackUpJob {
  source: Source;
  target: Target;
  site: Site;
  /** IANA name; names on the target carry the clinic's local time. */
  timeZone: string;
  /** The last run that home remembers of each disk, by its id: an older copy of it, or lost files, are noticed. */
  remembered?: Readonly<Record<string, number>>;
  /** What home knows of canaries and of changed files that staff let pass. */
  watch?: Watch;
  /** Undefined when there never were keys. */
  keys?: HomeKeys;
  limits?: VolumeLimits;
  onStage(stage: Stage): void;
  /** May throw to stop the run. */
  onProgress(progress: Progress): void;
}

export type Stage = { name: 'snapshot'; bytes: number } | { name: 'volumes' } | { name: 'copies' };

export interface Progress {
  bytesDone: number;
  bytesTotal: number;
  files: number;
}
