import { useCallback, useLayoutEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { StudyImages } from '../../api/images.ts';
import { pictures } from '../../api/pictures.ts';
import { Corners } from './Corners.tsx';
import { draw } from './draw.ts';
import { matrixOf, scaleOf, toImage } from './geometry.ts';
import type { Tool } from './gestures.ts';
import css from './Pane.module.css';
import { Undrawable } from './Undrawable.tsx';
import { useGestures } from './use-gestures.ts';
import type { PaneView } from './use-pane.ts';
import { usePlaying } from './use-playing.ts';
import { dragged } from './window.ts';

interface PaneProps {
  readonly name: 'now' | 'before';
  readonly images: StudyImages;
  readonly view: PaneView;
  readonly tool: Tool;
  readonly active: boolean;
  readonly onActive: () => void;
}

/** One picture with everything that belongs on it. */
export function Pane({ name, images, view, tool, active, onActive }: PaneProps) {
  const { t } = useTranslation();
  const { state, send, slots, slot, key, facts, size, measured, image, scale, window, drawing, error } = view;
  const frame = useRef<HTMLElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const ratio = globalThis.devicePixelRatio || 1;
  const attach = useCallback(
    (element: HTMLElement | null) => {
      frame.current = element;
      return measured(element);
    },
    [measured],
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

  usePlaying(state.playing, facts?.frameTimeMs ?? null, () => send({ do: 'next', count: slots.length }));

  useGestures(frame, {
    tool,
    stacked: slots.length > 1,
    enlarged: size.width > 0 && scale > scaleOf({ ...state.placement, zoom: 'fit' }, image, size) * 1.02,
    window: (dx, dy) => {
      if (facts?.greyscale !== true || slot === undefined) return;
      if (window === undefined)
        pictures.values.get(slot).then(
          (loaded) => send({ do: 'window', to: loaded.window }),
          () => undefined,
        );
      else send({ do: 'window', to: dragged(window, dx, dy, size.width) });
    },
    pan: (by) => send({ do: 'pan', by }),
    zoom: (factor, at) => send({ do: 'zoom', factor, at, image, pane: size }),
    step: (by) => send({ do: 'picture', to: state.index + by, count: slots.length }),
    line: (from, to, done) => {
      const matrix = matrixOf(state.placement, image, size);
      const long = Math.hypot(to.x - from.x, to.y - from.y) > 4;
      const line = long ? { from: toImage(from, matrix), to: toImage(to, matrix) } : null;
      if (done && line !== null) send({ do: 'line', picture: key, line });
      else send({ do: 'draft', line: done ? null : line });
    },
    noLine: () => send({ do: 'draft', line: null }),
  });

  return (
    <section
      ref={attach}
      data-pane={name}
      className={`${css.pane} ${active ? css.active : ''}`}
      aria-label={t('view.pane')}
      onPointerDownCapture={onActive}
      onDoubleClick={() => send({ do: 'zoomTo', zoom: state.placement.zoom === 'fit' ? 1 / ratio : 'fit' })}
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
      {error !== null && slot !== undefined && <Undrawable error={error} fileId={slot.fileId} />}
    </section>
  );
}
