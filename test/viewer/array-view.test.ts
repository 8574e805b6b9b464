import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';

interface View {
  data: Uint8Array;
  shape: number[];
  stride: number[];
  order: number[];
  size: number;
  get(...at: number[]): number;
  set(...at: number[]): number;
  hi(...to: (number | undefined)[]): View;
  lo(...from: (number | undefined)[]): View;
  step(...by: (number | undefined)[]): View;
  transpose(...order: number[]): View;
  pick(...at: number[]): View;
}
type Construct = (data: Uint8Array, shape: number[], stride: number[], offset: number) => View;

const script = readFileSync(new URL('../../web/viewer/array-view.js', import.meta.url), 'utf8');
const arrayView = runInNewContext(`${script}; arrayView`) as (
  dtype: string,
  dimension: number,
  of: Construct[],
) => Construct;

/** The constructors of a type by dimension, as the library keeps them: from -1 on. */
const constructors: Construct[] = [];
for (const dimension of [-1, 0, 1, 2, 3]) constructors.push(arrayView('uint8', dimension, constructors));

/** 0 1 2 / 3 4 5 */
const twoByThree = () => (constructors[3] as Construct)(Uint8Array.from([0, 1, 2, 3, 4, 5]), [2, 3], [3, 1], 0);
const rows = (view: View) =>
  Array.from({ length: view.shape[0] ?? 0 }, (_, i) =>
    Array.from({ length: view.shape[1] ?? 0 }, (_, j) => view.get(i, j)),
  );

describe('A view of an array', () => {
  it('reads and writes where it should', () => {
    const view = twoByThree();
    expect(rows(view)).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
    expect(view.set(1, 0, 9)).toBe(9);
    expect([...view.data]).toEqual([0, 1, 2, 9, 4, 5]);
    expect([view.size, view.order]).toEqual([6, [1, 0]]);
  });

  it('is cut, turned round and turned over without a copy', () => {
    expect(rows(twoByThree().hi(undefined, 2))).toEqual([
      [0, 1],
      [3, 4],
    ]);
    expect(rows(twoByThree().lo(1, 1))).toEqual([[4, 5]]);
    expect(rows(twoByThree().transpose(1, 0))).toEqual([
      [0, 3],
      [1, 4],
      [2, 5],
    ]);
    expect(rows(twoByThree().step(-1, 2))).toEqual([
      [3, 5],
      [0, 2],
    ]);
  });

  it('gives a row or a column', () => {
    const row = twoByThree().pick(1, -1);
    expect([row.shape, row.get(0), row.get(2)]).toEqual([[3], 3, 5]);
    const column = twoByThree().pick(-1, 2);
    expect([column.shape, column.get(1)]).toEqual([[2], 5]);
  });
});
