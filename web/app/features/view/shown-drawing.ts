import type { FrameFacts } from '../../api/images.ts';
import type { Drawing } from './draw.ts';
import type { Placement, Size } from './geometry.ts';
import type { Slot } from './stack.ts';
import type { Picture } from './use-picture.ts';

/** The image's size in its own pixels; until it is known, what the list of images says. */
export function imageSize(slot: Slot | undefined, facts: FrameFacts | undefined): Size {
  return { width: facts?.columns ?? slot?.columns ?? 1, height: facts?.rows ?? slot?.rows ?? 1 };
}

/** What lies on a pane, or undefined while nothing is ready. */
export function shownDrawing(
  { shown }: Picture,
  placement: Placement,
  facts: FrameFacts | undefined,
  lines: Drawing['lines'],
): Drawing | undefined {
  if (shown === undefined) return undefined;
  const { slot, picture } = shown;
  const { width } = imageSize(slot, facts);
  // The server has made the pixels square: the picture's own shape counts.
  return { picture, image: { width, height: (width * picture.height) / picture.width }, placement, lines };
}
