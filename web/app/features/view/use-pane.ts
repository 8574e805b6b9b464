import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useReducer } from 'react';
import { useTranslation } from 'react-i18next';
import { type FrameFacts, frameFactsOptions, type StudyImages, type Window } from '../../api/images.ts';
import { PREVIEW_SIDE, pictures } from '../../api/pictures.ts';
import type { Drawing } from './draw.ts';
import { type Size, scaleOf } from './geometry.ts';
import { type Line, lengthOf } from './measure.ts';
import { change, FIRST, type Intent, type PaneState } from './pane-state.ts';
import { imageSize, shownDrawing } from './shown-drawing.ts';
import { firstIndex, type Slot, slotsOf } from './stack.ts';
import { usePicture } from './use-picture.ts';
import { useSize } from './use-size.ts';

/** Everything about one pane: what was chosen, and what of it lies on the screen. */
export interface PaneView {
  readonly state: PaneState;
  readonly send: (intent: Intent) => void;
  /** The pictures of the chosen series. */
  readonly slots: readonly Slot[];
  readonly slot: Slot | undefined;
  /** `<SOP Instance UID>/<frame>` of the chosen one, '' when there is none. */
  readonly key: string;
  readonly facts: FrameFacts | undefined;
  /** Of the pane. */
  readonly size: Size;
  /** To be put on the pane's element. */
  readonly measured: (element: HTMLElement | null) => (() => void) | undefined;
  /** Of the image in its own pixels. */
  readonly image: Size;
  /** CSS pixels of an image pixel. */
  readonly scale: number;
  readonly window: Window | undefined;
  readonly drawing: Drawing | undefined;
  readonly error: unknown;
}

/** The state of one pane; it begins with the first picture, or the place that the address names. */
export function usePane(images: StudyImages | undefined, place?: { series: number; index: number }): PaneView {
  const [known, send] = useReducer(change, { ...FIRST, series: place?.series ?? 0, index: place?.index ?? -1 });
  const state = images === undefined ? known : placed(known, images);
  const { size, measured } = useSize();
  const slots = useMemo(
    () => (images === undefined ? [] : slotsOf(images, images.series[state.series])),
    [images, state.series],
  );
  const slot = slots[state.index];
  const facts = useQuery({ ...frameFactsOptions(slot ?? NOWHERE), enabled: slot !== undefined }).data;
  const image = imageSize(slot, facts);
  const scale = size.width > 0 ? scaleOf(state.placement, image, size) : 1;
  const picture = usePicture(slot, { ...state, sharp: isCoarse(scale, image) });
  const key = slot === undefined ? '' : `${slot.sopInstanceUid}/${slot.frame}`;
  const labelOf = useLabels(facts);
  const lines = [...(state.lines[key] ?? []), ...(state.draft === null ? [] : [state.draft])];
  const drawing = shownDrawing(
    picture,
    state.placement,
    facts,
    lines.map((line) => ({ line, label: labelOf(line) })),
  );
  useEffect(() => {
    pictures.prepare(slots.slice(Math.max(0, state.index - 1), state.index + 4));
  }, [slots, state.index]);
  const window = state.window ?? picture.values?.window ?? facts?.windows[0];
  return { state, send, slots, slot, key, facts, size, measured, image, scale, window, drawing, error: picture.error };
}

const NOWHERE = { studyId: 0, studyInstanceUid: '', seriesInstanceUid: '', sopInstanceUid: '', frame: 1 };

/** The address may be old or made by hand: an image that is there is shown all the same. */
function placed(state: PaneState, images: StudyImages): PaneState {
  const series = state.series < images.series.length ? state.series : 0;
  const slots = slotsOf(images, images.series[series]);
  const index = state.index < 0 || state.index >= slots.length ? firstIndex(slots) : state.index;
  return series === state.series && index === state.index ? state : { ...state, series, index };
}

/** Zoomed in so far that the preview's pixels would be seen. */
function isCoarse(scale: number, { width, height }: Size): boolean {
  const longSide = Math.max(width, height);
  const ratio = globalThis.devicePixelRatio || 1;
  return longSide > PREVIEW_SIDE && scale * ratio > (1.1 * PREVIEW_SIDE) / longSide;
}

function useLabels(facts: FrameFacts | undefined): (line: Line) => string {
  const { t } = useTranslation();
  return (line) => {
    const { amount, unit, kind } = lengthOf(line, facts ?? { spacing: null, spacingKind: 'none' });
    return t(`view.length.${unit === 'px' ? 'none' : kind}`, { amount: amount.toFixed(unit === 'mm' ? 1 : 0) });
  };
}
