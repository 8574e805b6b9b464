import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams, useSearchParams } from 'react-router';
import { patientStudiesOptions, studyImagesOptions } from '../../api/images.ts';
import { pictures } from '../../api/pictures.ts';
import { sessionOptions } from '../../api/session.ts';
import { viewerUrl } from '../../api/studies.ts';
import { Empty } from '../../ui/Empty.tsx';
import { Problem } from '../../ui/Problem.tsx';
import type { Tool } from './gestures.ts';
import type { Command } from './keys.ts';
import { Pane } from './Pane.tsx';
import { Strip } from './Strip.tsx';
import { printSheet, saveSheet } from './sheet.ts';
import { firstIndex, previousStudy, slotsOf } from './stack.ts';
import { Tools } from './Tools.tsx';
import { useCommandKeys } from './use-command-keys.ts';
import { usePane } from './use-pane.ts';
import css from './ViewPage.module.css';

/** 빠른 보기: a study at once in any browser, without WebGL; OHIF is one press away for the rest. */
export function ViewPage() {
  const { t } = useTranslation();
  const id = Number(useParams().id);
  const [address, setAddress] = useSearchParams();
  const navigate = useNavigate();
  const clinic = useQuery(sessionOptions).data?.clinic.name ?? '';
  useEffect(() => () => pictures.rest(), []);
  const { data: images, error, refetch } = useQuery(studyImagesOptions(id));
  const others = useQuery(patientStudiesOptions(images?.study.patientId ?? '')).data;
  const previous = images && others && previousStudy(others, images.study);
  const [comparing, setComparing] = useState(false);
  const [tool, setTool] = useState<Tool>('window');
  const [active, setActive] = useState<'now' | 'before'>('now');
  const before = useQuery({
    ...studyImagesOptions(previous?.id ?? 0),
    enabled: comparing && previous !== undefined,
  }).data;
  const now = usePane(images, placeIn(address));
  const old = usePane(before);
  const panes = useRef<HTMLDivElement>(null);
  const shown = active === 'before' && comparing && before ? { images: before, ...old } : { images, ...now };
  const series = shown.images?.series[shown.state.series];
  const slots = useMemo(() => (shown.images ? slotsOf(shown.images, series) : []), [shown.images, series]);

  const { series: seriesNow, index: indexNow } = now.state;
  useEffect(() => {
    if (images === undefined) return;
    const timer = setTimeout(() => setAddress({ s: String(seriesNow), i: String(indexNow) }, { replace: true }), 300);
    return () => clearTimeout(timer);
  }, [images, seriesNow, indexNow, setAddress]);
  useEffect(() => {
    document.title = `${t('view.title')} · ${clinic === '' ? 'ClinicPACS' : clinic}`;
  }, [t, clinic]);

  const toSeries = (to: number) => {
    const target = shown.images?.series[to];
    if (!shown.images || !target) return;
    const all = slotsOf(shown.images, target);
    shown.send({ do: 'series', to, index: firstIndex(all), count: all.length });
  };
  const sheetOf = (use: (sheet: HTMLCanvasElement) => void) => {
    const event = new CustomEvent('sheet', { detail: { use, words: { clinic, notice: t('view.notice') } } });
    panes.current?.querySelector(`[data-pane="${active}"]`)?.dispatchEvent(event);
  };
  const obey = (command: Command) => {
    const { state, send } = shown;
    const count = slots.length;
    const zoomBy = (factor: number) => {
      const box = panes.current?.querySelector(`[data-pane="${active}"]`)?.getBoundingClientRect();
      const [slot] = slots;
      if (!box || !slot) return;
      const pane = { width: box.width, height: box.height };
      const image = { width: slot.columns, height: slot.rows };
      send({ do: 'zoom', factor, at: { x: box.width / 2, y: box.height / 2 }, image, pane });
    };
    const orders: Record<Command, () => void> = {
      next: () => send({ do: 'picture', to: state.index + 1, count }),
      back: () => send({ do: 'picture', to: state.index - 1, count }),
      first: () => send({ do: 'picture', to: 0, count }),
      last: () => send({ do: 'picture', to: count - 1, count }),
      nextSeries: () => toSeries(state.series + 1),
      previousSeries: () => toSeries(state.series - 1),
      zoomIn: () => zoomBy(1.25),
      zoomOut: () => zoomBy(0.8),
      fit: () => send({ do: 'zoomTo', zoom: 'fit' }),
      actual: () => send({ do: 'zoomTo', zoom: 1 / (globalThis.devicePixelRatio || 1) }),
      negative: () => send({ do: 'negative' }),
      turn: () => send({ do: 'turn' }),
      mirror: () => send({ do: 'mirror' }),
      reset: () => send({ do: 'reset' }),
      window: () => setTool('window'),
      pan: () => setTool('pan'),
      measure: () => setTool('measure'),
      compare: () => previous && setComparing(!comparing),
      play: () => send({ do: 'play', on: !state.playing && count > 1 }),
      save: () =>
        sheetOf((sheet) => saveSheet(sheet, `${shown.images?.study.studyDate ?? ''}-${shown.images?.study.id ?? id}`)),
      print: () => sheetOf(printSheet),
      ohif: () => images && window.open(viewerUrl(images.study), `study-${id}`),
      leave: () => (history.state?.idx > 0 ? navigate(-1) : navigate('/')),
    };
    orders[command]();
  };
  useCommandKeys(obey);

  if (images === undefined) {
    return <div className={css.page}>{error !== null && <Problem error={error} onRetry={() => void refetch()} />}</div>;
  }
  if (images.series.length === 0) {
    return (
      <div className={css.page}>
        <Tools
          tool={tool}
          ct={false}
          greyscale={false}
          moving={false}
          playing={false}
          comparing={false}
          canCompare={false}
          onCommand={obey}
          onPreset={() => undefined}
        />
        <Empty whole icon="picture" title={t('view.nothing')} text={t('view.nothingText')} />
      </div>
    );
  }
  return (
    <div className={css.page}>
      <Tools
        tool={tool}
        ct={series?.modality === 'CT'}
        greyscale={true}
        moving={slots.length > 1}
        playing={shown.state.playing}
        comparing={comparing}
        canCompare={previous !== undefined}
        onCommand={obey}
        onPreset={(window) => shown.send({ do: 'window', to: window })}
      />
      <div className={css.middle}>
        {shown.images && <Strip images={shown.images} series={shown.state.series} onSeries={toSeries} />}
        <div ref={panes} className={css.panes}>
          <Pane
            name="now"
            images={images}
            tool={tool}
            active={comparing && active === 'now'}
            state={now.state}
            onIntent={now.send}
            onActive={() => setActive('now')}
          />
          {comparing && before !== undefined && (
            <Pane
              name="before"
              images={before}
              tool={tool}
              active={active === 'before'}
              state={old.state}
              onIntent={old.send}
              onActive={() => setActive('before')}
            />
          )}
        </div>
      </div>
      <p className={css.notice}>{t('view.notice')}</p>
    </div>
  );
}

function placeIn(address: URLSearchParams): { series: number; index: number } | undefined {
  const [series, index] = [Number(address.get('s')), Number(address.get('i') ?? Number.NaN)];
  return Number.isInteger(series) && Number.isInteger(index) && series >= 0 && index >= 0
    ? { series, index }
    : undefined;
}
