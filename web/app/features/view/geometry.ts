/** From image to screen and back: fit, zoom about a point, turn, mirror. Lengths on the screen are CSS pixels. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Placement {
  /** Screen pixels of an image pixel; 'fit' fills the pane. */
  readonly zoom: number | 'fit';
  /** The image's middle away from the pane's. */
  readonly pan: Point;
  /** Quarter turns clockwise. */
  readonly turns: 0 | 1 | 2 | 3;
  /** Left and right exchanged, before the turn. */
  readonly mirrored: boolean;
}

export const UPRIGHT: Placement = { zoom: 'fit', pan: { x: 0, y: 0 }, turns: 0, mirrored: false };

const LEAST = 0.02;
const MOST = 40;

export function scaleOf({ zoom, turns }: Placement, image: Size, pane: Size): number {
  if (zoom !== 'fit') return zoom;
  const [width, height] = turns % 2 === 0 ? [image.width, image.height] : [image.height, image.width];
  return Math.min(pane.width / width, pane.height / height);
}

/** Canvas transform of a point of the image, whose origin is its upper left corner: [a, b, c, d, e, f]. */
export function matrixOf(
  placement: Placement,
  image: Size,
  pane: Size,
): [number, number, number, number, number, number] {
  const scale = scaleOf(placement, image, pane);
  const [cos, sin] = [
    [1, 0],
    [0, 1],
    [-1, 0],
    [0, -1],
  ][placement.turns] as [number, number];
  const flip = placement.mirrored ? -1 : 1;
  const [a, b, c, d] = [cos * scale * flip, sin * scale * flip, -sin * scale, cos * scale];
  const middle = { x: pane.width / 2 + placement.pan.x, y: pane.height / 2 + placement.pan.y };
  const [x, y] = [image.width / 2, image.height / 2];
  return [a, b, c, d, middle.x - a * x - c * y, middle.y - b * x - d * y];
}

export function toScreen({ x, y }: Point, [a, b, c, d, e, f]: ReturnType<typeof matrixOf>): Point {
  return { x: a * x + c * y + e, y: b * x + d * y + f };
}

export function toImage({ x, y }: Point, [a, b, c, d, e, f]: ReturnType<typeof matrixOf>): Point {
  const determinant = a * d - b * c;
  const [dx, dy] = [x - e, y - f];
  return { x: (d * dx - c * dy) / determinant, y: (a * dy - b * dx) / determinant };
}

/** Zooms by a factor while the point under the pointer stays where it is. */
export function zoomAt(placement: Placement, factor: number, at: Point, image: Size, pane: Size): Placement {
  const before = scaleOf(placement, image, pane);
  const zoom = Math.max(LEAST, Math.min(MOST, before * factor));
  const ratio = zoom / before;
  const away = { x: at.x - pane.width / 2 - placement.pan.x, y: at.y - pane.height / 2 - placement.pan.y };
  const pan = { x: placement.pan.x + away.x * (1 - ratio), y: placement.pan.y + away.y * (1 - ratio) };
  return { ...placement, zoom, pan };
}

/** Letters at the edges of the pane, clockwise from the top, as the image lies; '' where nothing is known. */
export function edgeLetters(
  orientation: readonly string[] | null,
  { turns, mirrored }: Pick<Placement, 'turns' | 'mirrored'>,
): [top: string, right: string, bottom: string, left: string] {
  const [right = '', bottom = ''] = orientation ?? [];
  const edges = [opposite(bottom), right, bottom, opposite(right)];
  if (mirrored) [edges[1], edges[3]] = [edges[3] ?? '', edges[1] ?? ''];
  const turned = edges.map((_, edge) => edges[(edge - turns + 4) % 4] ?? '');
  return turned as [string, string, string, string];
}

const OPPOSITES: Readonly<Record<string, string>> = { L: 'R', R: 'L', A: 'P', P: 'A', H: 'F', F: 'H' };

function opposite(letters: string): string {
  return [...letters].map((letter) => OPPOSITES[letter] ?? letter).join('');
}
