import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import type { Virtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { sessionOptions } from '../../api/session.ts';
import type { Search, StudyRow } from '../../api/studies.ts';
import { Grid } from '../../ui/Grid.tsx';
import { Problem } from '../../ui/Problem.tsx';
import { Rows } from '../../ui/Rows.tsx';
import { EmptyStudies } from './EmptyStudies.tsx';
import { FreshButton } from './FreshButton.tsx';
import { Headings } from './Headings.tsx';
import { LoadingRows } from './LoadingRows.tsx';
import { openStudy, sendUrl } from './open-study.ts';
import css from './StudyList.module.css';
import { StudyRowView } from './StudyRowView.tsx';
import { useAttention } from './use-attention.ts';
import { useListKeys } from './use-list-keys.ts';
import { useLiveStudies } from './use-live-studies.ts';
import type { Place } from './use-place.ts';
import { useQuickView } from './use-quick-view.ts';

/** The clinic's day and zone, by which dates become words. */
export interface Clock {
  readonly today: string;
  readonly timeZone: string;
}

interface StudyListProps {
  readonly place: Place;
  readonly search: Search;
  readonly rows: readonly StudyRow[] | undefined;
  readonly clock: Clock;
  readonly error: unknown;
  readonly stale: boolean;
  readonly onRetry: () => void;
  readonly onEnd: () => void;
}

const ROW_HEIGHT = 56;
const CARD_HEIGHT = 96;

/** The rows, live, by mouse, finger and keyboard. */
export function StudyList({ place, search, rows, clock, error, stale, onRetry, onEnd }: StudyListProps) {
  const { t } = useTranslation();
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<Virtualizer<HTMLDivElement, Element>>(null);
  const narrow = useMediaQuery('(max-width: 47.99em)', false, { getInitialValueInEffect: false });
  const attention = useAttention(scroller);
  const live = useLiveStudies(search, attention.now, attention.moved);
  const quickView = useQuickView();
  const navigate = useNavigate();
  const maySend = useQuery(sessionOptions).data?.identity?.permissions.includes('images.exchange') === true;
  const keys = useListKeys({
    rows: rows ?? [],
    open: quickView.open,
    openInOhif: openStudy,
    send: (study) => void (maySend && navigate(sendUrl(study))),
    reveal: (index) => list.current?.scrollToIndex(index),
    clearText: () => place.text !== '' && place.setText(''),
  });
  const showWaiting = () => {
    scroller.current?.scrollTo({ top: 0 });
    live.show();
  };
  return (
    <div className={css.frame}>
      <FreshButton waiting={live.waiting} onShow={showWaiting} />
      <Grid
        ref={scroller}
        className={css.scroller}
        aria-label={t('studies.table')}
        aria-rowcount={(rows?.length ?? 0) + 1}
        aria-activedescendant={keys.selected === undefined ? undefined : `study-row-${keys.selected}`}
        aria-busy={rows === undefined || stale}
        onFocus={(event) => event.target === scroller.current && keys.enter()}
        {...attention.handlers}
      >
        {!narrow && <Headings />}
        <Rows
          rows={rows}
          keyOf={(row) => row.id}
          rowHeight={narrow ? CARD_HEIGHT : ROW_HEIGHT}
          scroller={scroller}
          list={list}
          onEnd={onEnd}
          states={{
            loading: <LoadingRows height={narrow ? CARD_HEIGHT : ROW_HEIGHT} />,
            empty: <EmptyStudies place={place} />,
            failed: error === null ? null : <Problem error={error} onRetry={onRetry} stale={rows !== undefined} />,
            stale,
          }}
          row={(row, index, scrolling) => (
            <StudyRowView
              study={row}
              index={index}
              clock={clock}
              scrolling={scrolling}
              selected={keys.selected === row.id}
              maySend={maySend}
              justIn={live.justIn.has(row.id)}
              onDown={() => quickView.prepare(row)}
              onOpen={() => {
                // Rows have just moved under a resting hand: this press was meant for another patient.
                if (attention.guarded()) return;
                keys.select(row.id);
                quickView.open(row);
              }}
            />
          )}
        />
      </Grid>
    </div>
  );
}
