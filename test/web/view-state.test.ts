import { describe, expect, it } from 'vitest';
import { UPRIGHT } from '../../web/app/features/view/geometry.ts';
import { lengthOf } from '../../web/app/features/view/measure.ts';
import { change, FIRST } from '../../web/app/features/view/pane-state.ts';
import { firstIndex, previousStudy, slotsOf } from '../../web/app/features/view/stack.ts';

describe('a pane', () => {
  it('stays inside the series, and plays round and round', () => {
    expect(change(FIRST, { do: 'picture', to: 7, count: 4 }).index).toBe(3);
    expect(change(FIRST, { do: 'picture', to: -2, count: 4 }).index).toBe(0);
    expect(change({ ...FIRST, index: 3 }, { do: 'next', count: 4 }).index).toBe(0);
  });

  it('begins another series as the file proposes, but keeps the lengths that were drawn', () => {
    const line = { from: { x: 0, y: 0 }, to: { x: 3, y: 4 } };
    const drawn = change(
      { ...FIRST, window: { center: 1, width: 2 }, negative: true },
      { do: 'line', picture: 'a/1', line },
    );
    const other = change(drawn, { do: 'series', to: 1, index: 9, count: 3 });
    expect(other).toMatchObject({ series: 1, index: 2, window: null, negative: false, lines: { 'a/1': [line] } });
    expect(change(other, { do: 'noLines', picture: 'a/1' }).lines['a/1']).toEqual([]);
  });

  it('keeps no half-drawn length on another picture', () => {
    const line = { from: { x: 0, y: 0 }, to: { x: 3, y: 4 } };
    const drawing = change(FIRST, { do: 'draft', line });
    expect(drawing.draft).toBe(line);
    expect(change(drawing, { do: 'picture', to: 1, count: 4 }).draft).toBeNull();
    expect(change(drawing, { do: 'line', picture: 'a/1', line })).toMatchObject({
      draft: null,
      lines: { 'a/1': [line] },
    });
  });

  it('mirrors as it is seen: twice is as before, and so are four turns', () => {
    let state = change(FIRST, { do: 'turn' });
    const turned = state;
    state = change(change(state, { do: 'mirror' }), { do: 'mirror' });
    expect(state.placement).toEqual(turned.placement);
    for (let turn = 0; turn < 3; turn++) state = change(state, { do: 'turn' });
    expect(state.placement).toEqual(UPRIGHT);
  });

  it('goes back to how it was at first', () => {
    const changed = { ...FIRST, window: { center: 1, width: 2 }, negative: true, placement: { ...UPRIGHT, zoom: 3 } };
    expect(change(changed, { do: 'reset' })).toEqual(FIRST);
  });
});

describe('a length', () => {
  const line = { from: { x: 0, y: 0 }, to: { x: 3, y: 4 } };

  it('counts the height and the width of a pixel apart', () => {
    expect(lengthOf(line, { spacing: [0.5, 2], spacingKind: 'calibrated' })).toEqual({
      amount: Math.hypot(6, 2),
      unit: 'mm',
      kind: 'calibrated',
    });
  });

  it('is in pixels where millimetres are not known', () => {
    expect(lengthOf(line, { spacing: null, spacingKind: 'none' })).toEqual({ amount: 5, unit: 'px', kind: 'none' });
  });
});

describe('the pictures of a study', () => {
  const image = (frames: number) => ({
    sopInstanceUid: `1.${frames}`,
    fileId: 'f',
    number: '1',
    frames,
    rows: 1,
    columns: 1,
  });
  const series = (...frames: number[]) => ({
    seriesInstanceUid: '1.2',
    modality: 'US',
    number: '1',
    description: '',
    instanceCount: frames.length,
    images: frames.map(image),
  });
  const study = { id: 1, studyInstanceUid: '1', studyDate: '20260105', modalities: ['US'] };
  const images = { study, series: [], others: 0 } as unknown as Parameters<typeof slotsOf>[0];

  it('are its frames one after the other; a multi-frame image begins in the middle', () => {
    const slots = slotsOf(images, series(1, 3));
    expect(slots.map(({ sopInstanceUid, frame }) => `${sopInstanceUid}/${frame}`)).toEqual([
      '1.1/1',
      '1.3/1',
      '1.3/2',
      '1.3/3',
    ]);
    expect(firstIndex(slots)).toBe(0);
    expect(firstIndex(slotsOf(images, series(9)))).toBe(4);
    expect(slotsOf(images, undefined)).toEqual([]);
  });

  it('are compared with the newest older study of the same kind', () => {
    const rows = [
      { id: 1, studyDate: '20260105', modalities: ['US'] },
      { id: 2, studyDate: '20260104', modalities: ['CT'] },
      { id: 3, studyDate: '20250101', modalities: ['US', 'SR'] },
      { id: 4, studyDate: '20251231', modalities: ['US'] },
      { id: 5, studyDate: '20270101', modalities: ['US'] },
    ];
    expect(previousStudy(rows, study)?.id).toBe(4);
    expect(previousStudy(rows.slice(0, 2), study)).toBeUndefined();
    const report = { id: 6, studyDate: '20251231', modalities: ['CT', 'SR'] };
    expect(previousStudy([report], { ...study, modalities: ['US', 'SR'] })).toBeUndefined();
  });
});
