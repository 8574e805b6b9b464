import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Gestures, type GestureTarget } from '../../web/app/features/view/gestures.ts';
import { commandOf } from '../../web/app/features/view/keys.ts';
import { dragged, greyOf, paint } from '../../web/app/features/view/window.ts';

const VALUES = { width: 2, height: 2, window: { center: 50, width: 101 }, inverted: false };

function painted(
  values: Int16Array | Uint16Array | Float32Array,
  options: { inverted?: boolean; negative?: boolean } = {},
) {
  const into = new Uint8ClampedArray(values.length * 4);
  paint({ ...VALUES, ...options, values }, VALUES.window, options.negative ?? false, into);
  return Array.from(values, (_, pixel) => into.slice(4 * pixel, 4 * pixel + 4)).map(([red, green, blue, alpha]) => {
    expect([green, blue, alpha]).toEqual([red, red, 255]);
    return red;
  });
}

describe('a window', () => {
  it('maps its ends to black and white (PS3.3 section C.11.2.1.2.1)', () => {
    expect([-1, 0, 50, 99, 100].map((value) => greyOf(value, { center: 50, width: 100 }))).toEqual([
      0, 0, 129, 255, 255,
    ]);
    expect([9, 10].map((value) => greyOf(value, { center: 10, width: 1 }))).toEqual([0, 255]);
  });

  it('paints every kind of values alike, white low or high', () => {
    const [values, low] = [
      [0, 50, 100, 300],
      [0, 129, 255, 255],
    ];
    for (const array of [Int16Array, Uint16Array, Float32Array]) {
      const grey = painted(array.from(values));
      expect(grey.map((level, i) => Math.abs((level ?? 0) - (low[i] ?? 0)) <= 2)).toEqual([true, true, true, true]);
      expect(painted(array.from(values), { inverted: true })).toEqual(grey.map((level) => 255 - (level ?? 0)));
      expect(painted(array.from(values), { inverted: true, negative: true })).toEqual(grey);
    }
    expect(painted(Int16Array.of(-1000, -1))).toEqual([0, 0]);
  });

  it('never becomes narrower than one value, however far it is dragged', () => {
    fc.assert(
      fc.property(fc.integer({ min: -5000, max: 5000 }), fc.integer({ min: -5000, max: 5000 }), (dx, dy) => {
        expect(dragged({ center: 40, width: 400 }, dx, dy, 800).width).toBeGreaterThanOrEqual(1);
      }),
    );
    expect(dragged({ center: 40, width: 400 }, 100, 0, 800)).toEqual({ center: 40, width: 500 });
  });
});

describe('a key', () => {
  it('counts by its place, so that the Korean input state does not matter', () => {
    const plain = { ctrlKey: false, metaKey: false, altKey: false };
    expect(commandOf({ ...plain, code: 'KeyI' })).toBe('negative');
    expect(commandOf({ ...plain, code: 'KeyP', ctrlKey: true })).toBe('print');
    expect(commandOf({ ...plain, code: 'KeyR', ctrlKey: true })).toBeUndefined();
    expect(commandOf({ ...plain, code: 'KeyZ' })).toBeUndefined();
  });
});

describe('a gesture', () => {
  const at = (x: number, y: number) => ({ x, y });
  const recorded = (options: Partial<GestureTarget> = {}) => {
    const calls: string[] = [];
    const target: GestureTarget = {
      tool: 'window',
      stacked: true,
      enlarged: false,
      window: (dx, dy) => calls.push(`window ${dx} ${dy}`),
      pan: ({ x, y }) => calls.push(`pan ${x} ${y}`),
      zoom: (factor) => calls.push(factor > 1 ? 'zoom in' : 'zoom out'),
      step: (by) => calls.push(`step ${by}`),
      line: (_, __, done) => calls.push(done ? 'line done' : 'line'),
      noLine: () => calls.push('no line'),
      ...options,
    };
    return { calls, target };
  };
  const drag = (button: number, target: GestureTarget, touch = false) => {
    const gestures = new Gestures();
    gestures.down({ id: 1, at: at(0, 0), button, touch }, target);
    gestures.move({ id: 1, at: at(10, -30), touch }, target);
    gestures.up({ id: 1, at: at(10, -30) }, target);
  };

  it.each([
    ['the left button has the tool', 0, {}, false, ['window 10 -30']],
    ['the right one zooms', 2, {}, false, ['zoom in']],
    ['the middle one moves', 1, {}, false, ['pan 10 -30']],
    ['lengths are drawn and kept', 0, { tool: 'measure' as const }, false, ['line', 'line done']],
    ['a finger goes through the pictures', 0, {}, true, ['step 1']],
    ['a finger moves an enlarged picture', 0, { enlarged: true }, true, ['pan 10 -30']],
    ['a finger has the window of a single picture', 0, { stacked: false }, true, ['window 10 -30']],
  ])('%s', (_, button, options, touch, expected) => {
    const { calls, target } = recorded(options);
    drag(button, target, touch);
    expect(calls).toEqual(expected);
  });

  it('of two fingers zooms', () => {
    const { calls, target } = recorded();
    const gestures = new Gestures();
    gestures.down({ id: 1, at: at(0, 0), button: 0, touch: true }, target);
    gestures.down({ id: 2, at: at(100, 0), button: 0, touch: true }, target);
    gestures.move({ id: 2, at: at(200, 0), touch: true }, target);
    expect(calls).toEqual(['no line', 'zoom in', 'pan 50 0']);
  });

  it('of two fingers draws no length, whichever of them leaves last', () => {
    const { calls, target } = recorded({ tool: 'measure' });
    const gestures = new Gestures();
    gestures.down({ id: 1, at: at(0, 0), button: 0, touch: true }, target);
    gestures.down({ id: 2, at: at(100, 0), button: 0, touch: true }, target);
    gestures.up({ id: 1, at: at(0, 0) }, target);
    gestures.move({ id: 2, at: at(200, 0), touch: true }, target);
    gestures.up({ id: 2, at: at(200, 0) }, target);
    expect(calls).toEqual(['no line']);
    gestures.down({ id: 3, at: at(0, 0), button: 0, touch: true }, target);
    gestures.move({ id: 3, at: at(9, 0), touch: true }, target);
    gestures.up({ id: 3, at: at(9, 0) }, target);
    expect(calls).toEqual(['no line', 'line', 'line done']);
  });

  it('that the system takes away leaves nothing half drawn', () => {
    const { calls, target } = recorded({ tool: 'measure' });
    const gestures = new Gestures();
    gestures.down({ id: 1, at: at(0, 0), button: 0, touch: true }, target);
    gestures.move({ id: 1, at: at(9, 9), touch: true }, target);
    gestures.cancel(1, target);
    expect(calls).toEqual(['line', 'no line']);
  });

  it('of the wheel goes one picture a notch, and zooms a single picture or with Ctrl', () => {
    const { calls, target } = recorded();
    const gestures = new Gestures();
    gestures.wheel(120, at(0, 0), false, target);
    for (let turn = 0; turn < 5; turn++) gestures.wheel(-10, at(0, 0), false, target);
    gestures.wheel(-100, at(0, 0), true, target);
    expect(calls).toEqual(['step 1', 'step -1', 'zoom in']);
  });
});
