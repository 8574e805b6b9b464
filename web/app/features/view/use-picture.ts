import { useEffect, useRef, useState } from 'react';
import type { PixelValues, Window } from '../../api/images.ts';
import { pictures } from '../../api/pictures.ts';
import type { Slot } from './stack.ts';
import { paint } from './window.ts';

/** What lies on the pane: a picture as the server made it, or values painted by a window. */
export type Drawable = ImageBitmap | HTMLCanvasElement;

interface Shown {
  readonly slot: Slot;
  readonly picture: Drawable;
  readonly full: boolean;
}

export interface Picture {
  /** The last one that was ready: the pane never turns black between two pictures. */
  readonly shown: Shown | undefined;
  readonly values: PixelValues | undefined;
  readonly error: unknown;
}

interface Wanted {
  readonly window: Window | null;
  readonly negative: boolean;
  /** Zoomed in so far that the preview's pixels would be seen. */
  readonly sharp: boolean;
}

/** Loads the picture of a slot; with a window of its own, its values instead. */
export function usePicture(slot: Slot | undefined, { window, negative, sharp }: Wanted): Picture {
  const [shown, setShown] = useState<Shown>();
  const [values, setValues] = useState<{ slot: Slot; values: PixelValues }>();
  const [error, setError] = useState<unknown>(null);
  const own = window !== null || negative;

  useEffect(() => {
    if (slot === undefined) return;
    let wanted = true;
    setError(null);
    const show = (full: boolean) => (picture: ImageBitmap) => wanted && setShown({ slot, picture, full });
    const first = pictures.previews.get(slot).then(show(false));
    if (sharp) first.then(() => pictures.full.get(slot)).then(show(true), () => undefined);
    first.catch((reason: unknown) => wanted && !isAbort(reason) && setError(reason));
    return () => {
      wanted = false;
    };
  }, [slot, sharp]);

  useEffect(() => {
    if (slot === undefined || !own) return;
    let wanted = true;
    pictures.values.get(slot).then(
      (loaded) => wanted && setValues({ slot, values: loaded }),
      () => undefined,
    );
    return () => {
      wanted = false;
    };
  }, [slot, own]);

  const current = own && values?.slot === slot ? values?.values : undefined;
  const painted = usePainted(current, window, negative);
  const windowed = painted !== undefined && slot !== undefined ? { slot, picture: painted, full: false } : undefined;
  return { shown: windowed ?? shown, values: values?.slot === slot ? values?.values : undefined, error };
}

function isAbort(reason: unknown): boolean {
  return reason instanceof DOMException && reason.name === 'AbortError';
}

/** One canvas for all windows of a picture: it is painted over and over while the pointer moves. */
function usePainted(values: PixelValues | undefined, window: Window | null, negative: boolean): Drawable | undefined {
  const canvas = useRef<HTMLCanvasElement | null>(null);
  if (values === undefined) return undefined;
  canvas.current ??= document.createElement('canvas');
  const { width, height } = values;
  const context = canvas.current.getContext('2d');
  if (context === null) return undefined;
  if (canvas.current.width !== width || canvas.current.height !== height) {
    canvas.current.width = width;
    canvas.current.height = height;
  }
  const image = context.createImageData(width, height);
  paint(values, window ?? values.window, negative, image.data);
  context.putImageData(image, 0, 0);
  return canvas.current;
}
