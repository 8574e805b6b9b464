import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams, useSearchParams } from 'react-router';
import { patientStudiesOptions, studyImagesOptions } from '../../api/images.ts';
import { pictures } from '../../api/pictures.ts';
import { sessionOptions } from '../../api/session.ts';
import { viewerUrl } from '../../api/studies.ts';
import { Empty } from '../../ui/Empty.tsx';
import { Problem } from '../../ui/Problem.tsx';
import type { Tool } from './gestures.ts';
import { KeyHelp } from './KeyHelp.tsx';
import type { Command } from './keys.ts';
import { Pane } from './Pane.tsx';
import { type PaneCommand, paneCommands, toSeries } from './pane-commands.ts';
import { Strip } from './Strip.tsx';
import { drawSheet, printSheet, saveSheet } from './sheet.ts';
import { previousStudy } from './stack.ts';
import { Tools } from './Tools.tsx';
import { useCommandKeys } from './use-command-keys.ts';
import { usePane } from './use-pane.ts';
import css from './ViewPage.module.css';

type PageCommand = Exclude<Command, PaneCommand>;

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
  const [chosenTool, setTool] = useState<Tool>('window');
  const [active, setActive] = useState<'now' | 'before'>('now');
  const [help, setHelp] = useState(false);
  const before = useQuery({
    ...studyImagesOptions(previous?.id ?? 0),
    enabled: comparing && previous !== undefined,
  }).data;
  const now = usePane(images, placeIn(address));
  const old = usePane(comparing ? before : undefined);
  const [shown, shownImages] = active === 'before' && comparing && before ? [old, before] : [now, images];
  const series = shownImages?.series[shown.state.series];
  const greyscale = shown.facts?.greyscale !== false;
  // Colour has no window: there the drag moves the picture.
  const tool = chosenTool === 'window' && !greyscale ? 'pan' : chosenTool;

  const { series: seriesNow, index: indexNow } = now.state;
  useEffect(() => {
    if (images === undefined) return;
    const timer = setTimeout(() => setAddress({ s: String(seriesNow), i: String(indexNow) }, { replace: true }), 300);
    return () => clearTimeout(timer);
  }, [images, seriesNow, indexNow, setAddress]);
  useEffect(() => {
    document.title = `${t('view.title')} · ${clinic === '' ? 'ClinicPACS' : clinic}`;
  }, [t, clinic]);

  const sheet = (use: (sheet: HTMLCanvasElement, name: string) => void) => {
    if (shown.drawing === undefined || shownImages === undefined) return;
    const { study } = shownImages;
    const notices = [...(shown.facts?.lossy === true ? [t('view.lossy')] : []), t('view.notice')];
    const words = { clinic, notices };
    use(drawSheet(shown.drawing, shown.size, shownImages, words), `${study.studyDate}-${study.id}`);
  };
  const pageCommands: Record<PageCommand, () => void> = {
    window: () => setTool('window'),
    pan: () => setTool('pan'),
    measure: () => setTool('measure'),
    compare: () => previous && setComparing(!comparing),
    save: () => sheet((canvas, name) => saveSheet(canvas, name, 'png')),
    saveSmall: () => sheet((canvas, name) => saveSheet(canvas, name, 'jpg')),
    print: () => sheet(printSheet),
    ohif: () => images && window.open(viewerUrl(images.study), `study-${id}`),
    help: () => setHelp(true),
    leave: () => (history.state?.idx > 0 ? navigate(-1) : navigate('/')),
  };
  const obey = (command: Command) => ({ ...paneCommands(shown, shownImages), ...pageCommands })[command]();
  useCommandKeys(obey);

  if (images === undefined) {
    return <div className={css.page}>{error !== null && <Problem error={error} onRetry={() => void refetch()} />}</div>;
  }
  const nothing = images.series.length === 0;
  return (
    <div className={css.page}>
      <Tools
        tool={tool}
        can={{
          draw: !nothing,
          window: !nothing && greyscale,
          erase: (shown.state.lines[shown.key]?.length ?? 0) > 0,
          play: shown.slots.length > 1,
          compare: previous !== undefined,
        }}
        ct={series?.modality === 'CT'}
        windows={shown.facts?.windows ?? []}
        playing={shown.state.playing}
        comparing={comparing}
        onCommand={obey}
        onWindow={(window) => shown.send({ do: 'window', to: window })}
      />
      {nothing ? (
        <Empty whole icon="picture" title={t('view.nothing')} text={t('view.nothingText')} />
      ) : (
        <div className={css.middle}>
          {shownImages && (
            <Strip
              images={shownImages}
              series={shown.state.series}
              onSeries={(to) => toSeries(shown, shownImages, to)}
            />
          )}
          <div className={css.panes}>
            <Pane
              name="now"
              images={images}
              view={now}
              tool={tool}
              active={comparing && active === 'now'}
              onActive={() => setActive('now')}
            />
            {comparing && before !== undefined && (
              <Pane
                name="before"
                images={before}
                view={old}
                tool={tool}
                active={active === 'before'}
                onActive={() => setActive('before')}
              />
            )}
          </div>
        </div>
      )}
      <p className={css.notice}>{t('view.notice')}</p>
      {help && <KeyHelp onClose={() => setHelp(false)} />}
    </div>
  );
}

function placeIn(address: URLSearchParams): { series: number; index: number } | undefined {
  const [series, index] = [Number(address.get('s')), Number(address.get('i') ?? Number.NaN)];
  return Number.isInteger(series) && Number.isInteger(index) && series >= 0 && index >= 0
    ? { series, index }
    : undefined;
}
