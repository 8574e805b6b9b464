/** What goes into which volume, and how far the target is then. Pure: no files, no database. */

/** One file to copy, as the index or the quarantine names it. */
export interface PlanItem {
  /** Relative to the data folder, with `/`. */
  path: string;
  /** Bytes of the whole stored file. */
  size: number;
  /** Place in the change log; of a quarantined file, which has no `epoch`, the number of its row. */
  seq: number;
  epoch?: string;
  fileId?: string;
  studyInstanceUid?: string;
  seriesInstanceUid?: string;
  sopInstanceUid?: string;
  /** The archive's own count of received files: it grows on over rebuilds of the index. */
  received?: number;
  /** What the hash in the index covers: the data set inside the file. */
  hashed: { offset: number; length: number; sha256: string };
}

/** How far a target has everything. */
export interface Mark {
  epoch: string;
  seq: number;
  /** The last quarantine row. */
  quarantine: number;
  /** The highest count of received files. */
  received: number;
  /** After a rebuild of the index: quarantine rows up to this one are listed anew, and may be on the target already. */
  known: { quarantine: number };
}

export const NOTHING: Mark = { epoch: '', seq: 0, quarantine: 0, received: 0, known: { quarantine: 0 } };

export interface VolumeLimits {
  /** Bytes; a single file larger than this gets a volume of its own. */
  maxBytes: number;
  maxEntries: number;
}

export const DEFAULT_LIMITS: VolumeLimits = { maxBytes: 512 * 1024 * 1024, maxEntries: 20_000 };

export interface PlannedVolume {
  /** Empty in a last one that moves the mark only. */
  items: PlanItem[];
  /** The target's mark once this is committed. */
  mark: Mark;
}

/** Room for the local header, the central directory entry and the name of one ZIP entry. */
const OVERHEAD = 250;

/** Bytes that a volume of these items takes, never fewer than it really does. */
export function volumeBytes(items: readonly PlanItem[]): number {
  return items.reduce((sum, item) => sum + item.size + OVERHEAD, OVERHEAD);
}

/**
 * Groups items, in their order, into volumes within the limits; reads ahead no further than the volume at hand.
 * @param mark where the target stands, of the items' epoch
 * @param isHere tells that an item needs no copying
 */
export async function* planVolumes(
  items: AsyncIterable<PlanItem> | Iterable<PlanItem>,
  mark: Mark,
  isHere: (item: PlanItem) => boolean | Promise<boolean>,
  limits: VolumeLimits = DEFAULT_LIMITS,
): AsyncGenerator<PlannedVolume> {
  const start = mark;
  let volume: PlanItem[] = [];
  let bytes = OVERHEAD;
  for await (const item of items) {
    if (!(await isHere(item))) {
      const room = item.size + OVERHEAD;
      if (volume.length > 0 && (bytes + room > limits.maxBytes || volume.length >= limits.maxEntries)) {
        yield { items: volume, mark };
        volume = [];
        bytes = OVERHEAD;
      }
      volume.push(item);
      bytes += room;
    }
    mark = markAfter(mark, item);
  }
  if (volume.length > 0 || mark !== start) yield { items: volume, mark };
}

/** The mark of a target when the index was rebuilt: everything is listed anew, what is here stays here. */
export function adoptEpoch(mark: Mark, epoch: string): Mark {
  if (mark.epoch === epoch) return mark;
  const known = { quarantine: Math.max(mark.quarantine, mark.known.quarantine) };
  return { epoch, seq: 0, quarantine: 0, received: mark.received, known };
}

/**
 * May the item be on the target although its place is after the mark? Everything after a rebuild of the index, and after
 * a power cut the images that got new places in the log; also an image that was received before another and filed after it.
 */
export function mayBeKnown(mark: Mark, item: PlanItem): boolean {
  if (item.epoch === undefined) return item.seq <= mark.known.quarantine;
  return (item.received ?? 0) <= mark.received;
}

function markAfter(mark: Mark, item: PlanItem): Mark {
  if (item.epoch === undefined) {
    return item.seq > mark.quarantine ? { ...mark, quarantine: item.seq } : mark;
  }
  // A file owed from before a rebuild has no place in the log of today.
  if (item.epoch !== mark.epoch || item.seq <= mark.seq) return mark;
  return { ...mark, seq: item.seq, received: Math.max(mark.received, item.received ?? 0) };
}
