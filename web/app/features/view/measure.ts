/** Lengths between two points of an image, and what they are worth. */
import type { FrameFacts } from '../../api/images.ts';
import type { Point } from './geometry.ts';

export interface Line {
  readonly from: Point;
  readonly to: Point;
}

export interface Length {
  readonly amount: number;
  readonly unit: 'mm' | 'px';
  readonly kind: FrameFacts['spacingKind'];
}

/** Millimetres by the height and width of a pixel; pixels where they are not known. */
export function lengthOf({ from, to }: Line, facts: Pick<FrameFacts, 'spacing' | 'spacingKind'>): Length {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  if (facts.spacing === null) return { amount: Math.hypot(dx, dy), unit: 'px', kind: 'none' };
  const [height = 1, width = 1] = facts.spacing;
  return { amount: Math.hypot(dx * width, dy * height), unit: 'mm', kind: facts.spacingKind };
}
