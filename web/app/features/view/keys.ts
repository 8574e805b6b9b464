/** The keyboard of the quick view. By the place of a key, so that the Korean input state does not matter. */

export type Command =
  | 'next'
  | 'back'
  | 'first'
  | 'last'
  | 'nextSeries'
  | 'previousSeries'
  | 'zoomIn'
  | 'zoomOut'
  | 'fit'
  | 'actual'
  | 'negative'
  | 'turn'
  | 'mirror'
  | 'reset'
  | 'window'
  | 'pan'
  | 'measure'
  | 'erase'
  | 'compare'
  | 'play'
  | 'save'
  | 'saveSmall'
  | 'print'
  | 'ohif'
  | 'help'
  | 'leave';

/** What has a button, in the order of the row; the others are keys alone. */
export const BUTTONS = [
  'window',
  'negative',
  'pan',
  'fit',
  'actual',
  'turn',
  'mirror',
  'measure',
  'erase',
  'reset',
  'play',
  'compare',
  'save',
  'saveSmall',
  'print',
  'ohif',
  'help',
] as const satisfies readonly Command[];

const KEYS: Readonly<Record<string, Command>> = {
  ArrowDown: 'next',
  ArrowUp: 'back',
  PageDown: 'next',
  PageUp: 'back',
  Home: 'first',
  End: 'last',
  ArrowRight: 'nextSeries',
  ArrowLeft: 'previousSeries',
  Equal: 'zoomIn',
  NumpadAdd: 'zoomIn',
  Minus: 'zoomOut',
  NumpadSubtract: 'zoomOut',
  Digit0: 'fit',
  Digit1: 'actual',
  KeyI: 'negative',
  KeyR: 'turn',
  KeyH: 'mirror',
  Backspace: 'reset',
  KeyW: 'window',
  KeyV: 'pan',
  KeyM: 'measure',
  Delete: 'erase',
  KeyX: 'erase',
  KeyC: 'compare',
  Space: 'play',
  KeyS: 'save',
  KeyJ: 'saveSmall',
  KeyP: 'print',
  KeyO: 'ohif',
  Slash: 'help',
  Escape: 'leave',
};

export interface KeyPress {
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

export function commandOf({ code, ctrlKey, metaKey, altKey }: KeyPress): Command | undefined {
  if (altKey) return undefined;
  if (ctrlKey || metaKey) return code === 'KeyP' ? 'print' : undefined;
  return KEYS[code];
}
