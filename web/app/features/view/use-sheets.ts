import { type RefObject, useEffect, useEffectEvent } from 'react';
import type { StudyImages } from '../../api/images.ts';
import type { Drawing } from './draw.ts';
import type { Size } from './geometry.ts';
import { drawSheet, type SheetWords } from './sheet.ts';

/** What the page's buttons ask of a pane: its picture as a sheet (event `sheet`). */
export interface SheetOrder {
  readonly words: SheetWords;
  readonly use: (sheet: HTMLCanvasElement) => void;
}

export function useSheets(
  element: RefObject<HTMLElement | null>,
  drawing: Drawing | undefined,
  size: Size,
  images: StudyImages,
): void {
  const make = useEffectEvent(({ words, use }: SheetOrder) => {
    if (drawing !== undefined) use(drawSheet(drawing, size, images, words));
  });
  useEffect(() => {
    const pane = element.current;
    const listen = (event: Event) => make((event as CustomEvent<SheetOrder>).detail);
    pane?.addEventListener('sheet', listen);
    return () => pane?.removeEventListener('sheet', listen);
  }, [element]);
}
