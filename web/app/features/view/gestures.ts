/** Pointers and wheel to intents, as RadiAnt's users expect: left drag is the tool, right drag zooms, middle drag moves. */
import type { Point } from './geometry.ts';

export type Tool = 'window' | 'pan' | 'zoom' | 'measure';

export interface GestureTarget {
  readonly tool: Tool;
  /** More than one picture to go through. */
  readonly stacked: boolean;
  /** The image is larger than its pane: a finger moves it rather than going through the pictures. */
  readonly enlarged: boolean;
  window(dx: number, dy: number): void;
  pan(by: Point): void;
  zoom(factor: number, at: Point): void;
  step(by: number): void;
  line(from: Point, to: Point, done: boolean): void;
  /** The line that was begun is not wanted. */
  noLine(): void;
}

/** Pixels of a wheel or a finger that go one picture on. */
const NOTCH = 40;
const FINGER_STEP = 28;

export class Gestures {
  readonly #pointers = new Map<number, Point>();
  #start: Point = { x: 0, y: 0 };
  #tool: Tool = 'window';
  #wheel = 0;
  #finger = 0;
  /** From the second finger to the last one that leaves: none of them draws or moves by itself. */
  #several = false;

  down(pointer: { id: number; at: Point; button: number; touch: boolean }, target: GestureTarget): void {
    this.#pointers.set(pointer.id, pointer.at);
    this.#several = this.#pointers.size > 1;
    if (this.#several) {
      target.noLine();
      return;
    }
    this.#start = pointer.at;
    this.#finger = 0;
    this.#tool = pointer.button === 1 ? 'pan' : pointer.button === 2 ? 'zoom' : target.tool;
  }

  move(pointer: { id: number; at: Point; touch: boolean }, target: GestureTarget): void {
    const before = this.#pointers.get(pointer.id);
    if (before === undefined) return;
    const by = { x: pointer.at.x - before.x, y: pointer.at.y - before.y };
    const others = [...this.#pointers].filter(([id]) => id !== pointer.id).map(([, at]) => at);
    this.#pointers.set(pointer.id, pointer.at);
    const [other] = others;
    if (other !== undefined) this.#pinch(before, pointer.at, other, target);
    else if (this.#several) return;
    else if (pointer.touch && this.#tool !== 'measure' && this.#tool !== 'window') this.#slide(by, target);
    else if (pointer.touch && this.#tool === 'window' && (target.stacked || target.enlarged)) this.#slide(by, target);
    else this.#drag(by, pointer.at, target);
  }

  up(pointer: { id: number; at: Point }, target: GestureTarget): void {
    if (!this.#pointers.delete(pointer.id) || this.#pointers.size > 0) return;
    if (this.#tool === 'measure' && !this.#several) target.line(this.#start, pointer.at, true);
  }

  /** The system took the pointer away: what was being drawn is not kept. */
  cancel(id: number, target: GestureTarget): void {
    if (this.#pointers.delete(id)) target.noLine();
  }

  /** Touchpads send many small turns, mice few large ones: one picture for a notch. */
  wheel(deltaY: number, at: Point, zooming: boolean, target: GestureTarget): void {
    if (zooming || !target.stacked) target.zoom(Math.exp(-deltaY / 500), at);
    else this.#turn(deltaY, target);
  }

  #turn(deltaY: number, target: GestureTarget): void {
    this.#wheel += deltaY;
    const steps = Math.trunc(this.#wheel / NOTCH) || (Math.abs(deltaY) >= NOTCH ? Math.sign(deltaY) : 0);
    if (steps === 0) return;
    this.#wheel = 0;
    target.step(Math.sign(steps));
  }

  #drag(by: Point, at: Point, target: GestureTarget): void {
    if (this.#tool === 'window') target.window(by.x, by.y);
    else if (this.#tool === 'pan') target.pan(by);
    else if (this.#tool === 'zoom') target.zoom(Math.exp(-by.y / 200), this.#start);
    else target.line(this.#start, at, false);
  }

  #slide(by: Point, target: GestureTarget): void {
    if (target.enlarged || !target.stacked) target.pan(by);
    else this.#leaf(by.y, target);
  }

  #leaf(by: number, target: GestureTarget): void {
    this.#finger += by;
    const steps = Math.trunc(this.#finger / FINGER_STEP);
    this.#finger -= steps * FINGER_STEP;
    if (steps !== 0) target.step(-steps);
  }

  #pinch(before: Point, after: Point, other: Point, target: GestureTarget): void {
    const far = (at: Point) => Math.max(1, Math.hypot(at.x - other.x, at.y - other.y));
    const middle = { x: (after.x + other.x) / 2, y: (after.y + other.y) / 2 };
    target.zoom(far(after) / far(before), middle);
    target.pan({ x: (after.x - before.x) / 2, y: (after.y - before.y) / 2 });
  }
}
