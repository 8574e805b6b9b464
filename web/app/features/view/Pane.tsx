import { useQuery } from '@tanstack/react-query';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { frameFactsOptions, type StudyImages } from '../../api/images.ts';
import { PREVIEW_SIDE, pictures } from '../../api/pictures.ts';
import { Corners } from './Corners.tsx';
import { draw } from './draw.ts';
import { matrixOf, scaleOf, toImage } from './geometry.ts';
import type { Tool } from './gestures.ts';
import { type Line, lengthOf } from './measure.ts';
import css from './Pane.module.css';
import type { Intent, PaneState } from './pane-state.ts';
import { imageSize, shownDrawing } from './shown-drawing.ts';
import { slotsOf } from './stack.ts';
import { Undrawable } from './Undrawable.tsx';
import { useGestures } from './use-gestures.ts';
import { usePicture } from './use-picture.ts';
import { usePlaying } from './use-playing.ts';
import { useSheets } from './use-sheets.ts';
import { useSize } from './use-size.ts';
import { dragged } from './window.ts';

interface PaneProps {
  readonly name: 'now' | 'before';
  readonly images: StudyImages;
  readonly state: PaneState;
  readonly tool: Tool;
  readonly active: boolean;
  readonly onIntent: (intent: Intent) => void;
  readonly onActive: () => void;
}

/** One picture with everything that belongs on it. */
export function Pane({ name, images, state, tool, active, onIntent, onActive }: PaneProps) {
  const { t } = useTranslation();
  const frame = useRef<HTMLElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSize(frame);
  const [drawn, setDrawn] = useState<Line>();
  const slots = useMemo(() => slotsOf(images, images.series[state.series]), [images, state.series]);
  const slot = slots[state.index];
  const facts = useQuery({ ...frameFactsOptions(slot ?? NOWHERE), enabled: slot !== undefined }).data;
  const image = imageSize(slot, facts);
  const ratio = globalThis.devicePixelRatio || 1;
  const scale = size.width > 0 ? scaleOf(state.placement, image, size) : 1;
  const sharp =
    scale * ratio > (1.1 * PREVIEW_SIDE) / Math.max(image.width, image.height) && longSide(image) > PREVIEW_SIDE;
  const picture = usePicture(slot, { ...state, sharp });
  const key = slot === undefined ? '' : `${slot.sopInstanceUid}/${slot.frame}`;
  const lines = drawn === undefined ? (state.lines[key] ?? []) : [...(state.lines[key] ?? []), drawn];
  const labelOf = (line: Line) => {
    const { amount, unit, kind } = lengthOf(line, facts ?? { spacing: null, spacingKind: 'none' });
    return t(`view.length.${unit === 'px' ? 'none' : kind}`, { amount: amount.toFixed(unit === 'mm' ? 1 : 0) });
  };
  const drawing = shownDrawing(
    picture,
    state.placement,
    facts,
    lines.map((line) => ({ line, label: labelOf(line) })),
  );

  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context || !canvas.current || size.width === 0) return;
    const [width, height] = [Math.round(size.width * ratio), Math.round(size.height * ratio)];
    if (canvas.current.width !== width || canvas.current.height !== height) {
      canvas.current.width = width;
      canvas.current.height = height;
    }
    draw(context, size, ratio, drawing);
  });

  useEffect(() => {
    pictures.prepare(slots.slice(Math.max(0, state.index - 1), state.index + 4));
  }, [slots, state.index]);
  usePlaying(state.playing, facts?.frameTimeMs ?? null, () => onIntent({ do: 'next', count: slots.length }));

  useSheets(frame, drawing, size, images);

  const window = state.window ?? picture.values?.window ?? facts?.windows[0];
  useGestures(frame, {
    tool,
    stacked: slots.length > 1,
    enlarged: size.width > 0 && scale > scaleOf({ ...state.placement, zoom: 'fit' }, image, size) * 1.02,
    window: (dx, dy) => {
      if (facts?.greyscale !== true || slot === undefined) return;
      if (window === undefined)
        pictures.values.get(slot).then(
          (loaded) => onIntent({ do: 'window', to: loaded.window }),
          () => undefined,
        );
      else onIntent({ do: 'window', to: dragged(window, dx, dy, size.width) });
    },
    pan: (by) => onIntent({ do: 'pan', by }),
    zoom: (factor, at) => onIntent({ do: 'zoom', factor, at, image, pane: size }),
    step: (by) => onIntent({ do: 'picture', to: state.index + by, count: slots.length }),
    line: (from, to, done) => {
      const matrix = matrixOf(state.placement, image, size);
      const line = { from: toImage(from, matrix), to: toImage(to, matrix) };
      const long = Math.hypot(to.x - from.x, to.y - from.y) > 4;
      setDrawn(done || !long ? undefined : line);
      if (done && long) onIntent({ do: 'line', picture: key, line });
    },
  });

  return (
    <section
      ref={frame}
      data-pane={name}
      className={`${css.pane} ${active ? css.active : ''}`}
      aria-label={t('view.pane')}
      onPointerDownCapture={onActive}
      onDoubleClick={() => onIntent({ do: 'zoomTo', zoom: state.placement.zoom === 'fit' ? 1 / ratio : 'fit' })}
    >
      <canvas ref={canvas} className={css.canvas} data-shown={drawing === undefined ? '' : key} />
      <Corners
        images={images}
        state={state}
        slot={slot}
        count={slots.length}
        facts={facts}
        scale={scale * ratio}
        window={window}
      />
      {picture.error !== null && slot !== undefined && <Undrawable error={picture.error} fileId={slot.fileId} />}
    </section>
  );
}

const NOWHERE = { studyId: 0, studyInstanceUid: '', seriesInstanceUid: '', sopInstanceUid: '', frame: 1 };

function longSide({ width, height }: { width: number; height: number }): number {
  return Math.max(width, height);
}
