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
  | 'compare'
  | 'play'
  | 'save'
  | 'print'
  | 'ohif'
  | 'leave';

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
  KeyC: 'compare',
  Space: 'play',
  KeyS: 'save',
  KeyP: 'print',
  KeyO: 'ohif',
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
