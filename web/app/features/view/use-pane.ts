import { useReducer } from 'react';
import type { StudyImages } from '../../api/images.ts';
import { change, FIRST, type Intent, type PaneState } from './pane-state.ts';
import { firstIndex, slotsOf } from './stack.ts';

export interface PaneControl {
  readonly state: PaneState;
  readonly send: (intent: Intent) => void;
}

/** The state of one pane; it begins with the first picture, or the place that the address names. */
export function usePane(images: StudyImages | undefined, place?: { series: number; index: number }): PaneControl {
  const [known, send] = useReducer(change, { ...FIRST, series: place?.series ?? 0, index: place?.index ?? -1 });
  const state = images === undefined ? known : placed(known, images);
  return { state, send };
}

/** The address may be old or made by hand: an image that is there is shown all the same. */
function placed(state: PaneState, images: StudyImages): PaneState {
  const series = state.series < images.series.length ? state.series : 0;
  const slots = slotsOf(images, images.series[series]);
  const index = state.index < 0 || state.index >= slots.length ? firstIndex(slots) : state.index;
  return series === state.series && index === state.index ? state : { ...state, series, index };
}
