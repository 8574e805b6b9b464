/** Draws a picture and its lines into a canvas: the pane on the screen, and the sheet that is saved or printed. */
import { matrixOf, type Placement, type Size, toScreen } from './geometry.ts';
import type { Line } from './measure.ts';
import type { Drawable } from './use-picture.ts';

export interface Drawing {
  readonly picture: Drawable;
  /** Of the image itself, its pixels made square: the picture may be smaller. */
  readonly image: Size;
  readonly placement: Placement;
  readonly lines: readonly { line: Line; label: string }[];
}

const LINE = '#ffd84d';

/** @param ratio device pixels of a CSS pixel */
export function draw(context: CanvasRenderingContext2D, pane: Size, ratio: number, drawing: Drawing | undefined): void {
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.fillStyle = '#000';
  context.fillRect(0, 0, pane.width, pane.height);
  if (drawing === undefined) return;
  const { picture, image, placement, lines } = drawing;
  const matrix = matrixOf(placement, image, pane);
  const [a, b, c, d, e, f] = matrix;
  context.setTransform(a * ratio, b * ratio, c * ratio, d * ratio, e * ratio, f * ratio);
  // A pixel that is large enough to be looked at is shown as it is.
  context.imageSmoothingEnabled = Math.hypot(a, b) * (image.width / picture.width) < 4;
  context.imageSmoothingQuality = 'high';
  context.drawImage(picture, 0, 0, image.width, image.height);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  for (const { line, label } of lines) drawLine(context, line, label, matrix);
}

function drawLine(
  context: CanvasRenderingContext2D,
  line: Line,
  label: string,
  matrix: ReturnType<typeof matrixOf>,
): void {
  const from = toScreen(line.from, matrix);
  const to = toScreen(line.to, matrix);
  context.strokeStyle = LINE;
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(from.x, from.y);
  context.lineTo(to.x, to.y);
  context.stroke();
  context.font = '600 14px "Pretendard Variable", sans-serif';
  const [x, y] = [Math.max(from.x, to.x) + 8, (from.x > to.x ? from.y : to.y) + 4];
  context.lineWidth = 3;
  context.strokeStyle = '#000';
  context.strokeText(label, x, y);
  context.fillStyle = LINE;
  context.fillText(label, x, y);
}
