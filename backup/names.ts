/**
 * The names on a target. Every run has a number that only grows on that target, so that order never depends on a clock:
 * `20261124T0300-00007` is run 7, and `20261124T0300-00007-0002` its second volume. The time in front is for people.
 */

/** One run on one target. */
export interface RunId {
  /** Local time of the clinic at the start, `YYYYMMDDTHHMM`; for people only. */
  readonly stamp: string;
  /** Counts up on the target from 1. */
  readonly run: number;
}

/** A name taken apart; `part` is the number of the volume in its run, absent in names that belong to the run itself. */
export interface NameParts extends RunId {
  readonly part?: number;
}

const NAME = /^(\d{8}T\d{4})-(\d{5,})(?:-(\d{4,}))?(?=\.|$)/;

/** `20261124T0300-00007`. */
export function runName(id: RunId): string {
  return `${id.stamp}-${String(id.run).padStart(5, '0')}`;
}

/** `20261124T0300-00007-0002`, without an ending. */
export function volumeName(id: RunId, part: number): string {
  return `${runName(id)}-${String(part).padStart(4, '0')}`;
}

/** Where a volume lies on the target: `volumes/2026/11/….zip`. */
export function volumePath(id: RunId, part: number): string {
  return `volumes/${monthFolder(id.stamp)}/${volumeName(id, part)}.zip`;
}

/** Where the manifest of a volume lies: `manifests/2026/11/….jsonl`. Its presence is the commit of the volume. */
export function manifestPath(id: RunId, part: number): string {
  return `manifests/${monthFolder(id.stamp)}/${volumeName(id, part)}.jsonl`;
}

/** Where the record of a run lies. */
export function runPath(id: RunId): string {
  return `runs/${runName(id)}.json`;
}

/** The parts of a file name or path of ours; undefined for any other. */
export function parseName(path: string): NameParts | undefined {
  const match = NAME.exec(path.slice(path.lastIndexOf('/') + 1));
  if (!match) return undefined;
  const [, stamp, run, part] = match;
  return { stamp: String(stamp), run: Number(run), ...(part === undefined ? {} : { part: Number(part) }) };
}

/** Sorts paths of ours by the run's number, then the volume's: the order of writing, whatever the clock said. */
export function byWriting(a: string, b: string): number {
  const [x, y] = [parseName(a), parseName(b)];
  return (x?.run ?? 0) - (y?.run ?? 0) || (x?.part ?? 0) - (y?.part ?? 0) || (a < b ? -1 : Number(a > b));
}

/** The stamp of a moment in a time zone of the IANA data base. */
export function stampOf(at: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  }).formatToParts(at);
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.find((part) => part.type === type)?.value ?? '';
  return `${of('year')}${of('month')}${of('day')}T${of('hour')}${of('minute')}`;
}

function monthFolder(stamp: string): string {
  return `${stamp.slice(0, 4)}/${stamp.slice(4, 6)}`;
}
