/**
 * Makes ahead what the doctor will ask for: when a series has settled, its metadata, and a thumbnail and a preview of each
 * image. Reads the change log from a cursor of its own, goes on after a restart where it was, and waits while images come
 * in. What it has not made yet is made when it is asked for.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Archive } from '../../archive/archive.ts';
import type { Cursor } from '../../changes/changes.ts';
import { asArchiveError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Rendering } from '../../rendering/rendering.ts';
import { Arrivals, type ArrivedSeries } from './arrivals.ts';
import { sweep } from './sweep.ts';

export interface PreviewsSettings {
  readonly archive: Pick<Archive, 'changes' | 'receive' | 'retrieve' | 'rebuilt'>;
  readonly rendering: Rendering;
  readonly log: Log;
  /** Under which address clients ask as long as nobody has. */
  readonly defaultRoot: string;
  /** A series is complete when nothing came for so long. */
  readonly settleMs?: number;
  /** Nothing is made until no bytes of an image came for so long. */
  readonly quietMs?: number;
}

const FOLLOWER = 'previews';
/** To be raised whenever pictures or metadata come out otherwise: all are made again. */
const FORMAT = '1';
const MARK = 'format';
const SETTLE_MS = 5000;
const QUIET_MS = 1000;
const NO_ROOM_MS = 60_000;
const AFTER_FAILURE_MS = 5000;
const STOP_MS = 2000;
const LINES = 500;
/** Series known at a time; the log is read on when some are done. */
const MOST_SERIES = 1000;
const CURSOR_EVERY_MS = 2000;

export class Previews {
  readonly #settings: PreviewsSettings & { settleMs: number; quietMs: number };
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #wake: () => void = () => undefined;
  #woken = false;
  #idle: (() => void)[] = [];
  #cursorMovedAt = Number.NEGATIVE_INFINITY;

  constructor(settings: PreviewsSettings) {
    this.#settings = { settleMs: SETTLE_MS, quietMs: QUIET_MS, ...settings };
  }

  start(): void {
    const unsubscribe = this.#settings.archive.changes.onChange(() => this.#look());
    this.#running = this.#follow().finally(unsubscribe);
  }

  /** Ends between two images; what a worker is busy with longer is left to the end of the workers. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#look();
    await Promise.race([this.#running, delay(STOP_MS, undefined, { ref: false })]);
  }

  /** Resolves when everything in the log has been made. */
  idle(): Promise<void> {
    const idle = new Promise<void>((resolve) => this.#idle.push(resolve));
    this.#look();
    return idle;
  }

  async #follow(): Promise<void> {
    const { archive, log } = this.#settings;
    await archive.rebuilt();
    while (!this.#stopped) {
      try {
        const cursor = await this.#firstCursor();
        await this.#followFrom(cursor);
      } catch (error) {
        if (this.#stopped) return;
        log.error({ code: asArchiveError(error).code, err: error }, 'preparing previews failed; it is tried again');
        await this.#sleep(AFTER_FAILURE_MS);
      }
    }
  }

  get #stopped(): boolean {
    return this.#stop.signal.aborted;
  }

  /** Without our mark under `derived/`, or with another, everything is made again from the first image on. */
  async #firstCursor(): Promise<Cursor> {
    const { archive, rendering } = this.#settings;
    const { epoch } = await archive.changes.head();
    const mark = await rendering.derived.read(MARK);
    if (mark?.toString() !== FORMAT) {
      if (mark) await rendering.derived.clear();
      await rendering.derived.keep(MARK, Buffer.from(FORMAT));
      return { epoch, seq: 0 };
    }
    const cursor = await archive.changes.cursorOf(FOLLOWER);
    if (cursor?.epoch === epoch) return cursor;
    // The index was made again from the files that are left.
    await sweep(rendering, archive.retrieve, () => this.#mayWork());
    return { epoch, seq: 0 };
  }

  async #followFrom({ epoch, seq }: Cursor): Promise<void> {
    const arrivals = new Arrivals(seq);
    // While images come in not even the log is read: it would be read again for every one of them.
    while (await this.#mayWork()) {
      this.#woken = false;
      const more = await this.#read(arrivals, epoch);
      const series = arrivals.settled(Date.now(), this.#settings.settleMs);
      if (series && (await this.#prepare(series))) arrivals.done(series);
      await this.#moveCursor({ epoch, seq: arrivals.doneSeq }, arrivals.count === 0 && !more);
      if (series || more) continue;
      if (arrivals.count === 0) this.#becameIdle();
      await this.#sleep(arrivals.settlesIn(Date.now(), this.#settings.settleMs));
    }
  }

  /** Takes lines of the log while there is room for more series; true when there may be more. */
  async #read(arrivals: Arrivals, epoch: string): Promise<boolean> {
    if (arrivals.count >= MOST_SERIES) return false;
    const lines = await this.#settings.archive.changes.since({ epoch, seq: arrivals.readSeq }, LINES);
    for (const line of lines) arrivals.note(line, Date.now());
    return lines.length === LINES;
  }

  /** False when it was stopped. What fails is made when it is asked for, or says then why not. */
  async #prepare(series: ArrivedSeries): Promise<boolean> {
    try {
      await this.#make(series);
    } catch (error) {
      const { code, detail } = asArchiveError(error);
      const { seriesInstanceUid } = series;
      if (!this.#stopped) this.#settings.log.warn({ seriesInstanceUid, code, detail }, 'a series was not prepared');
    }
    return !this.#stopped;
  }

  async #make(series: ArrivedSeries): Promise<void> {
    const { archive, rendering } = this.#settings;
    const { studyInstanceUid, seriesInstanceUid } = series;
    await this.#forgetReplaced(series);
    const instances = await archive.retrieve.instances({ studyInstanceUid, seriesInstanceUid });
    const roots = await rendering.roots.all();
    for (const root of roots.length > 0 ? roots : [this.#settings.defaultRoot]) {
      if (await this.#mayWork()) await rendering.prepareMetadata(instances, root);
    }
    for (const instance of instances) if (await this.#mayWork()) await rendering.preparePictures(instance);
  }

  /** An earlier file is no longer shown: what was made from it goes. */
  async #forgetReplaced({ replaced }: ArrivedSeries): Promise<void> {
    const { archive, rendering } = this.#settings;
    for (const sopInstanceUid of replaced) {
      const versions = await archive.retrieve.versions(sopInstanceUid);
      for (const { fileId, role } of versions) if (role !== 'current') await rendering.forget(fileId);
    }
  }

  /** Waits while images arrive and while the disk is short of room; false when it is time to stop. */
  async #mayWork(): Promise<boolean> {
    const { archive, rendering, quietMs } = this.#settings;
    while (!this.#stopped) {
      const wait = quietMs - archive.receive.quietMs();
      if (wait > 0) await this.#sleep(wait, false);
      else if (!(await rendering.derived.hasRoom())) await this.#sleep(NO_ROOM_MS, false);
      else return true;
    }
    return false;
  }

  /** A cursor that is behind costs a look at files that are there: it need not be written each time. */
  async #moveCursor(cursor: Cursor, now: boolean): Promise<void> {
    const { changes } = this.#settings.archive;
    if (!now && performance.now() - this.#cursorMovedAt < CURSOR_EVERY_MS) return;
    const known = await changes.cursorOf(FOLLOWER);
    if (known?.epoch !== cursor.epoch || known.seq !== cursor.seq) await changes.moveCursor(FOLLOWER, cursor);
    this.#cursorMovedAt = performance.now();
  }

  #becameIdle(): void {
    if (this.#woken) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  #look(): void {
    this.#woken = true;
    this.#wake();
  }

  /** For so many ms, or until something happens; `wakeable` false: only the stop ends it early. */
  async #sleep(ms: number | undefined, wakeable = true): Promise<void> {
    if ((wakeable && this.#woken) || this.#stopped) return;
    await new Promise<void>((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
      this.#wake = () => {
        if (!wakeable && !this.#stopped) return;
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = () => undefined;
  }
}
