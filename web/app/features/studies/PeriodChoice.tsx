import { SegmentedControl } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Day, readableDay } from '../../ui/when.ts';
import { PERIODS, type Period } from './filters.ts';
import css from './PeriodChoice.module.css';

interface PeriodChoiceProps {
  readonly period: Period;
  readonly from: Day | undefined;
  readonly to: Day | undefined;
  readonly today: Day;
  readonly onChange: (period: Period, from: Day | undefined, to: Day | undefined) => void;
}

/** Presets, and two dates for anything else. */
export function PeriodChoice({ period, from, to, today, onChange }: PeriodChoiceProps) {
  const { t } = useTranslation();
  const choose = (value: string) => {
    const next = PERIODS.find((name) => name === value) ?? 'today';
    onChange(next, next === 'range' ? (from ?? today) : undefined, next === 'range' ? (to ?? today) : undefined);
  };
  return (
    <>
      <SegmentedControl
        className={css.presets ?? ''}
        aria-label={t('studies.period')}
        value={period}
        onChange={choose}
        data={PERIODS.map((value) => ({ value, label: t(`studies.periods.${value}`) }))}
      />
      {period === 'range' && (
        <span className={css.range}>
          <DayInput label={t('studies.from')} day={from} onDay={(day) => onChange('range', day, to)} />
          <span aria-hidden="true">~</span>
          <DayInput label={t('studies.to')} day={to} onDay={(day) => onChange('range', from, day)} />
        </span>
      )}
    </>
  );
}

interface DayInputProps {
  readonly label: string;
  readonly day: Day | undefined;
  readonly onDay: (day: Day | undefined) => void;
}

/** The browser's own date field: it knows the calendar and the language. */
function DayInput({ label, day, onDay }: DayInputProps) {
  return (
    <input
      type="date"
      className={css.day}
      aria-label={label}
      value={day === undefined ? '' : readableDay(day)}
      onChange={(event) => {
        const digits = event.currentTarget.value.replaceAll('-', '');
        // While a year is being typed the field reports years like 0002.
        if (digits === '' || digits >= '1900') onDay(digits === '' ? undefined : digits);
      }}
    />
  );
}
