/** Decoded pictures and values: loaded once, the last ones kept, those that nobody wants any more given up. */
import type { FramePlace, PixelValues } from './images.ts';
import { loadPicture, loadValues } from './pixels.ts';

/** A decoded 1600 px picture takes about 8 MB: 200 MB at most. */
const PICTURES = 24;
const FULL_PICTURES = 3;
const VALUES = 12;
export const PREVIEW_SIDE = 1600;

class Kept<Value> {
  readonly #most: number;
  readonly #load: (place: FramePlace, signal: AbortSignal) => Promise<Value>;
  readonly #drop: (value: Value) => void;
  readonly #entries = new Map<string, { promise: Promise<Value>; abort: AbortController; value?: Value }>();

  constructor(most: number, load: (place: FramePlace, signal: AbortSignal) => Promise<Value>, drop = (_: Value) => {}) {
    this.#most = most;
    this.#load = load;
    this.#drop = drop;
  }

  /** What is there already. */
  peek(place: FramePlace): Value | undefined {
    return this.#entries.get(keyOf(place))?.value;
  }

  get(place: FramePlace): Promise<Value> {
    const key = keyOf(place);
    const known = this.#entries.get(key);
    if (known) {
      this.#entries.delete(key);
      this.#entries.set(key, known);
      return known.promise;
    }
    const abort = new AbortController();
    const entry: { promise: Promise<Value>; abort: AbortController; value?: Value } = {
      abort,
      promise: this.#load(place, abort.signal),
    };
    entry.promise.then(
      (value) => {
        entry.value = value;
      },
      () => this.#entries.delete(key),
    );
    this.#entries.set(key, entry);
    this.#shrink();
    return entry.promise;
  }

  clear(): void {
    for (const key of this.#entries.keys()) this.#forget(key);
  }

  #shrink(): void {
    for (const key of this.#entries.keys()) {
      if (this.#entries.size <= this.#most) return;
      this.#forget(key);
    }
  }

  #forget(key: string): void {
    const entry = this.#entries.get(key);
    this.#entries.delete(key);
    entry?.abort.abort();
    entry?.promise.then(this.#drop, () => undefined);
  }
}

function keyOf({ sopInstanceUid, frame }: FramePlace): string {
  return `${sopInstanceUid}/${frame}`;
}

class Pictures {
  readonly previews = new Kept<ImageBitmap>(PICTURES, (place, signal) => loadPicture(place, false, signal), close);
  readonly full = new Kept<ImageBitmap>(FULL_PICTURES, (place, signal) => loadPicture(place, true, signal), close);
  readonly values = new Kept<PixelValues>(VALUES, (place, signal) => loadValues(place, PREVIEW_SIDE, signal));

  /** Loads what is probably looked at next. */
  prepare(places: readonly FramePlace[]): void {
    for (const place of places) this.previews.get(place).catch(() => undefined);
  }

  /** No pane is open any more: what is large and quickly loaded again goes. */
  rest(): void {
    this.full.clear();
    this.values.clear();
  }

  /** Somebody else signs in: nothing of a patient stays. */
  clear(): void {
    this.previews.clear();
    this.rest();
  }
}

/** The pictures of this tab. They live in memory only: the server lets no browser keep them on its disk. */
export const pictures = new Pictures();

/** Their memory lies outside the heap, where the garbage collector does not see how much it is. */
function close(bitmap: ImageBitmap): void {
  bitmap.close();
}
