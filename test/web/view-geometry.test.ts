import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  edgeLetters,
  matrixOf,
  type Placement,
  scaleOf,
  toImage,
  toScreen,
  UPRIGHT,
  zoomAt,
} from '../../web/app/features/view/geometry.ts';

const IMAGE = { width: 400, height: 200 };
const PANE = { width: 800, height: 600 };

const placements = fc.record({
  zoom: fc.oneof(fc.constant('fit' as const), fc.double({ min: 0.05, max: 20, noNaN: true })),
  pan: fc.record({ x: fc.integer({ min: -500, max: 500 }), y: fc.integer({ min: -500, max: 500 }) }),
  turns: fc.constantFrom(0, 1, 2, 3),
  mirrored: fc.boolean(),
}) as fc.Arbitrary<Placement>;
const points = fc.record({ x: fc.integer({ min: 0, max: 800 }), y: fc.integer({ min: 0, max: 600 }) });

describe('the way from image to screen', () => {
  it('fits the image into the pane, upright or turned', () => {
    expect(scaleOf(UPRIGHT, IMAGE, PANE)).toBe(2);
    expect(scaleOf({ ...UPRIGHT, turns: 1 }, IMAGE, PANE)).toBe(1.5);
    const matrix = matrixOf(UPRIGHT, IMAGE, PANE);
    expect(toScreen({ x: 0, y: 0 }, matrix)).toEqual({ x: 0, y: 100 });
    expect(toScreen({ x: 400, y: 200 }, matrix)).toEqual({ x: 800, y: 500 });
  });

  it('turns clockwise and mirrors before it turns', () => {
    const turned = matrixOf({ ...UPRIGHT, turns: 1 }, IMAGE, PANE);
    // The upper left corner comes to the upper right.
    expect(toScreen({ x: 0, y: 0 }, turned).x).toBeGreaterThan(PANE.width / 2);
    expect(toScreen({ x: 0, y: 0 }, turned).y).toBe(0);
    const mirrored = matrixOf({ ...UPRIGHT, mirrored: true }, IMAGE, PANE);
    expect(toScreen({ x: 0, y: 0 }, mirrored)).toEqual({ x: 800, y: 100 });
  });

  it('leads back to the same point, whatever the placement', () => {
    fc.assert(
      fc.property(placements, points, (placement, point) => {
        const matrix = matrixOf(placement, IMAGE, PANE);
        const back = toScreen(toImage(point, matrix), matrix);
        expect(back.x).toBeCloseTo(point.x, 6);
        expect(back.y).toBeCloseTo(point.y, 6);
      }),
    );
  });

  it('zooms about the point under the pointer, which stays where it is', () => {
    fc.assert(
      fc.property(placements, points, fc.double({ min: 0.5, max: 2, noNaN: true }), (placement, at, factor) => {
        const under = toImage(at, matrixOf(placement, IMAGE, PANE));
        const after = toScreen(under, matrixOf(zoomAt(placement, factor, at, IMAGE, PANE), IMAGE, PANE));
        expect(after.x).toBeCloseTo(at.x, 5);
        expect(after.y).toBeCloseTo(at.y, 5);
      }),
    );
  });
});

describe('the letters at the edges', () => {
  it.each([
    [0, false, ['H', 'L', 'F', 'R']],
    [1, false, ['R', 'H', 'L', 'F']],
    [2, false, ['F', 'R', 'H', 'L']],
    [0, true, ['H', 'R', 'F', 'L']],
    [1, true, ['L', 'H', 'R', 'F']],
  ])('after %i quarter turns, mirrored %s, are %j', (turns, mirrored, letters) => {
    expect(edgeLetters(['L', 'F'], { turns: turns as Placement['turns'], mirrored })).toEqual(letters);
  });

  it('are opposite ones of several, and none where nothing is known', () => {
    expect(edgeLetters(['LH', 'PF'], UPRIGHT)).toEqual(['AH', 'LH', 'PF', 'RF']);
    expect(edgeLetters(null, UPRIGHT)).toEqual(['', '', '', '']);
  });
});
