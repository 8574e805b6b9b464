import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { onPushState, pushState } from '../../api/push.ts';
import { type Day, readableDay } from '../../ui/when.ts';
import { effectivePeriod } from './filters.ts';
import { KindChoice } from './KindChoice.tsx';
import { PeriodChoice } from './PeriodChoice.tsx';
import { SearchBox } from './SearchBox.tsx';
import css from './Toolbar.module.css';
import type { Place } from './use-place.ts';

interface ToolbarProps {
  readonly place: Place;
  readonly today: Day;
  /** Rows loaded; undefined while an answer is awaited. */
  readonly count: number | undefined;
  /** Are there more than the loaded ones? */
  readonly more: boolean;
}

/** What the list shows and how many; search, period, kinds. */
export function Toolbar({ place, today, count, more }: ToolbarProps) {
  const { t } = useTranslation();
  const heading = useHeading(place);
  const { filter } = place;
  return (
    <div className={`${css.toolbar} no-print`}>
      <div className={css.line}>
        <h1 className={css.title}>{heading}</h1>
        <span className={css.count} role="status">
          {count !== undefined && t(more ? 'studies.countMore' : 'studies.count', { count })}
        </span>
        <LiveSign />
        <SearchBox text={place.text} onText={place.setText} />
      </div>
      <div className={css.line}>
        <PeriodChoice
          period={effectivePeriod(filter, place.text)}
          from={filter.from}
          to={filter.to}
          today={today}
          onChange={(period, from, to) => place.setFilter({ ...filter, period, from, to })}
        />
        <KindChoice kinds={filter.kinds} onChange={(kinds) => place.setFilter({ ...filter, kinds })} />
      </div>
    </div>
  );
}

/** New images come by themselves: nobody needs to reload. */
function LiveSign() {
  const { t } = useTranslation();
  const state = useSyncExternalStore(onPushState, pushState);
  return (
    <span className={css.live}>
      {state === 'open' && <span title={t('studies.liveHint')}>{t('studies.live')}</span>}
    </span>
  );
}

/** The title says what is shown: today's studies, those of a period, or what was found. */
function useHeading({ filter, text }: Place): string {
  const { t } = useTranslation();
  if (text.trim() !== '') return t('studies.found', { text: text.trim() });
  const period = effectivePeriod(filter, text);
  if (period !== 'range') return t(`studies.heading.${period}`);
  const [from, to] = [filter.from, filter.to].map((day) => (day === undefined ? undefined : readableDay(day)));
  if (from !== undefined && to !== undefined) return t('studies.heading.range', { from, to });
  if (from !== undefined) return t('studies.heading.from', { from });
  return to === undefined ? t('studies.heading.all') : t('studies.heading.until', { to });
}
