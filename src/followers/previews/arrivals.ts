/** Which series of the change log are not prepared yet, and up to where the log is done with. */
import type { Change } from '../../changes/changes.ts';

export interface ArrivedSeries {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  /** Number of its first line that is not done. */
  readonly firstSeq: number;
  /** When its newest image came, ms since 1970. */
  lastAt: number;
  /** SOP Instances of which an earlier file was replaced. */
  readonly replaced: Set<string>;
}

export class Arrivals {
  readonly #series = new Map<string, ArrivedSeries>();
  #readSeq: number;

  /** `seq` is the last line that is done. */
  constructor(seq: number) {
    this.#readSeq = seq;
  }

  /** Number of the last line that was noted. */
  get readSeq(): number {
    return this.#readSeq;
  }

  get count(): number {
    return this.#series.size;
  }

  /** Every line up to here is done. */
  get doneSeq(): number {
    let seq = this.#readSeq;
    for (const { firstSeq } of this.#series.values()) seq = Math.min(seq, firstSeq - 1);
    return seq;
  }

  note({ seq, kind, at, studyInstanceUid, seriesInstanceUid, sopInstanceUid }: Change, now: number): void {
    this.#readSeq = seq;
    const key = `${studyInstanceUid}\n${seriesInstanceUid}`;
    const fresh = { studyInstanceUid, seriesInstanceUid, firstSeq: seq, lastAt: 0, replaced: new Set<string>() };
    const series = this.#series.get(key) ?? fresh;
    // A clock that was wrong must not put a series off for years.
    series.lastAt = Math.max(series.lastAt, Math.min(now, Date.parse(at) || 0));
    if (kind === 'instance.replaced') series.replaced.add(sopInstanceUid);
    this.#series.set(key, series);
  }

  /** The series that has been complete the longest; undefined when none has been for `settleMs`. */
  settled(now: number, settleMs: number): ArrivedSeries | undefined {
    return this.#oldest((series) => series.lastAt <= now - settleMs);
  }

  /** ms until the next series may have settled; undefined when there is none. */
  settlesIn(now: number, settleMs: number): number | undefined {
    const next = this.#oldest(() => true);
    return next && Math.max(0, next.lastAt + settleMs - now);
  }

  done({ studyInstanceUid, seriesInstanceUid }: ArrivedSeries): void {
    this.#series.delete(`${studyInstanceUid}\n${seriesInstanceUid}`);
  }

  #oldest(fits: (series: ArrivedSeries) => boolean): ArrivedSeries | undefined {
    let oldest: ArrivedSeries | undefined;
    for (const series of this.#series.values()) {
      if (fits(series) && (!oldest || series.lastAt < oldest.lastAt)) oldest = series;
    }
    return oldest;
  }
}
