/** What one pane shows and how: the only state of a viewer. Pure, so that every change of it can be tested. */
import type { Window } from '../../api/images.ts';
import { type Placement, type Point, type Size, UPRIGHT, zoomAt } from './geometry.ts';
import type { Line } from './measure.ts';
import { held } from './stack.ts';

export interface PaneState {
  readonly series: number;
  readonly index: number;
  readonly placement: Placement;
  /** null: as the file proposes. */
  readonly window: Window | null;
  readonly negative: boolean;
  /** By picture, `<SOP Instance UID>/<frame>`. */
  readonly lines: Readonly<Record<string, readonly Line[]>>;
  /** The length that is being drawn. */
  readonly draft: Line | null;
  readonly playing: boolean;
}

export const FIRST: PaneState = {
  series: 0,
  index: 0,
  placement: UPRIGHT,
  window: null,
  negative: false,
  lines: {},
  draft: null,
  playing: false,
};

export type Intent =
  | { do: 'series'; to: number; index: number; count: number }
  | { do: 'picture'; to: number; count: number }
  | { do: 'next'; count: number }
  | { do: 'window'; to: Window | null }
  | { do: 'negative' }
  | { do: 'pan'; by: Point }
  | { do: 'zoom'; factor: number; at: Point; image: Size; pane: Size }
  | { do: 'zoomTo'; zoom: number | 'fit' }
  | { do: 'turn' }
  | { do: 'mirror' }
  | { do: 'play'; on: boolean }
  | { do: 'draft'; line: Line | null }
  | { do: 'line'; picture: string; line: Line }
  | { do: 'noLines'; picture: string }
  | { do: 'reset' };

export function change(state: PaneState, intent: Intent): PaneState {
  switch (intent.do) {
    case 'series': {
      // Another series has another kind of values and another size.
      const index = held(intent.index, intent.count);
      return { ...FIRST, lines: state.lines, series: intent.to, index };
    }
    case 'picture':
      return { ...state, draft: null, index: held(intent.to, intent.count) };
    case 'next':
      return { ...state, draft: null, index: (state.index + 1) % Math.max(1, intent.count) };
    case 'window':
      return { ...state, window: intent.to };
    case 'negative':
      return { ...state, negative: !state.negative };
    case 'play':
      return { ...state, playing: intent.on };
    case 'draft':
      return state.draft === intent.line ? state : { ...state, draft: intent.line };
    case 'line':
      return { ...state, draft: null, lines: withLines(state, intent.picture, (lines) => [...lines, intent.line]) };
    case 'noLines':
      return { ...state, lines: withLines(state, intent.picture, () => []) };
    case 'reset':
      return { ...state, placement: UPRIGHT, window: null, negative: false };
    default:
      return { ...state, placement: moved(state.placement, intent) };
  }
}

function withLines({ lines }: PaneState, picture: string, change: (lines: readonly Line[]) => readonly Line[]) {
  return { ...lines, [picture]: change(lines[picture] ?? []) };
}

type Move = Extract<Intent, { do: 'pan' | 'zoom' | 'zoomTo' | 'turn' | 'mirror' }>;

function moved(placement: Placement, move: Move): Placement {
  const { pan, turns, mirrored } = placement;
  switch (move.do) {
    case 'pan':
      return { ...placement, pan: { x: pan.x + move.by.x, y: pan.y + move.by.y } };
    case 'zoom':
      return zoomAt(placement, move.factor, move.at, move.image, move.pane);
    case 'zoomTo':
      return { ...placement, zoom: move.zoom, pan: { x: 0, y: 0 } };
    case 'turn':
      return { ...placement, turns: ((turns + 1) % 4) as Placement['turns'] };
    case 'mirror':
      // As seen on the screen: left and right are exchanged whatever way the image is turned.
      return { ...placement, mirrored: !mirrored, turns: ((4 - turns) % 4) as Placement['turns'] };
  }
}
