/**
 * What the list is filtered by, and its place: period and kind live in the URL, the typed text never does (names and
 * numbers would reach the browser's history and logs). It lives in history.state and goes to the server in a POST body.
 */
import { addDays, addMonths, type Day, readableDay, startOfDay } from '../../ui/when.ts';
import { isKind, type Kind, modalitiesOf } from './kinds.ts';

export const PERIODS = ['today', 'yesterday', 'week', 'month', 'all', 'range'] as const;
export type Period = (typeof PERIODS)[number];

export interface StudyFilter {
  /** undefined: nobody chose one. Then it is today, or everything while something is searched for. */
  readonly period: Period | undefined;
  /** Only for 'range'; either end may be open. */
  readonly from: Day | undefined;
  readonly to: Day | undefined;
  readonly kinds: readonly Kind[];
}

/** The body of POST /api/studies/search without paging. */
export interface StudySearch {
  text?: string;
  from?: Day;
  to?: Day;
  /** ISO instant: what arrived since then matches too, whatever day it says. */
  arrivedSince?: string;
  modalities?: string[];
}

/** Reads the query of the page's URL; what makes no sense is dropped. */
export function parseFilter(query: string): StudyFilter {
  const parameters = new URLSearchParams(query);
  const period = PERIODS.find((name) => name === parameters.get('date'));
  const [from, to] = period === 'range' ? [dayOf(parameters.get('from')), dayOf(parameters.get('to'))] : [];
  const swapped = from !== undefined && to !== undefined && from > to;
  const named = new Set((parameters.get('kind') ?? '').split(','));
  return {
    period,
    from: swapped ? to : from,
    to: swapped ? from : to,
    kinds: [...named].filter(isKind).sort(),
  };
}

/** Writes only what differs from the landing page: '' or '?date=week&kind=us'. */
export function printFilter(filter: StudyFilter): string {
  const parts: string[] = [];
  if (filter.period !== undefined) parts.push(`date=${filter.period}`);
  if (filter.period === 'range' && filter.from !== undefined) parts.push(`from=${filter.from}`);
  if (filter.period === 'range' && filter.to !== undefined) parts.push(`to=${filter.to}`);
  if (filter.kinds.length > 0) parts.push(`kind=${[...filter.kinds].sort().join(',')}`);
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

/** The period that holds: who types a name looks for a person on any day, not only today. */
export function effectivePeriod(filter: StudyFilter, text: string): Period {
  return filter.period ?? (text === '' ? 'today' : 'all');
}

/** What to ask the server for. */
export function searchOf(filter: StudyFilter, text: string, today: Day, timeZone: string): StudySearch {
  const typed = text.normalize('NFC').trim();
  const period = effectivePeriod(filter, typed);
  const [from, to] = boundsOf(period, filter, today);
  return {
    ...(typed === '' ? {} : { text: typed }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    // A modality with a wrong clock, or a CD brought in just now: it came today, so it is looked for under today.
    ...(period === 'today' ? { arrivedSince: startOfDay(today, timeZone).toISOString() } : {}),
    ...(filter.kinds.length === 0 ? {} : { modalities: modalitiesOf(filter.kinds) }),
  };
}

function boundsOf(period: Period, filter: StudyFilter, today: Day): [Day | undefined, Day | undefined] {
  switch (period) {
    case 'today':
      return [today, today];
    case 'yesterday':
      return [addDays(today, -1), addDays(today, -1)];
    case 'week':
      return [addDays(today, -6), today];
    case 'month':
      return [addMonths(today, -1), today];
    case 'range':
      return [filter.from, filter.to];
    case 'all':
      return [undefined, undefined];
  }
}

function dayOf(text: string | null): Day | undefined {
  return text !== null && /^\d{8}$/.test(text) && readableDay(text) !== undefined ? text : undefined;
}
