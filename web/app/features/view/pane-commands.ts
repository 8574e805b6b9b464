import type { StudyImages } from '../../api/images.ts';
import type { Command } from './keys.ts';
import { firstIndex, slotsOf } from './stack.ts';
import type { PaneView } from './use-pane.ts';

/** What a command asks of the pane that is worked with; the page does the others itself. */
export type PaneCommand = Exclude<
  Command,
  'window' | 'pan' | 'measure' | 'compare' | 'save' | 'saveSmall' | 'print' | 'ohif' | 'help' | 'leave'
>;

export function toSeries({ send }: PaneView, images: StudyImages, to: number): void {
  const target = images.series[to];
  if (target === undefined) return;
  const all = slotsOf(images, target);
  send({ do: 'series', to, index: firstIndex(all), count: all.length });
}

/** Commands for one pane, in the order of its keys. */
export function paneCommands(view: PaneView, images: StudyImages | undefined): Record<PaneCommand, () => void> {
  const { state, send, slots, key, size, image, facts } = view;
  const count = slots.length;
  const to = (index: number) => send({ do: 'picture', to: index, count });
  const series = (by: number) => images && toSeries(view, images, state.series + by);
  const zoomBy = (factor: number) =>
    send({ do: 'zoom', factor, at: { x: size.width / 2, y: size.height / 2 }, image, pane: size });
  return {
    next: () => to(state.index + 1),
    back: () => to(state.index - 1),
    first: () => to(0),
    last: () => to(count - 1),
    nextSeries: () => series(1),
    previousSeries: () => series(-1),
    zoomIn: () => zoomBy(1.25),
    zoomOut: () => zoomBy(0.8),
    fit: () => send({ do: 'zoomTo', zoom: 'fit' }),
    actual: () => send({ do: 'zoomTo', zoom: 1 / (globalThis.devicePixelRatio || 1) }),
    negative: () => facts?.greyscale !== false && send({ do: 'negative' }),
    turn: () => send({ do: 'turn' }),
    mirror: () => send({ do: 'mirror' }),
    reset: () => send({ do: 'reset' }),
    erase: () => send({ do: 'noLines', picture: key }),
    play: () => send({ do: 'play', on: !state.playing && count > 1 }),
  };
}
