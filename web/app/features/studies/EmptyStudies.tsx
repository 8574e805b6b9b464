import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { statusOptions } from '../../api/status.ts';
import { ConnectionDetails } from '../../ui/ConnectionDetails.tsx';
import { Empty } from '../../ui/Empty.tsx';
import { effectivePeriod } from './filters.ts';
import type { Place } from './use-place.ts';

/** Why the list is empty, and what to press: connect the first modality, look further back, or drop conditions. */
export function EmptyStudies({ place }: { place: Place }) {
  const { t } = useTranslation();
  const { data: status } = useQuery(statusOptions);
  const { filter, text } = place;
  const period = effectivePeriod(filter, text);
  const narrowed = text.trim() !== '' || filter.kinds.length > 0;
  if (status?.studies === 0) {
    return (
      <Empty icon="picture" title={t('studies.first')} text={t('studies.firstText')}>
        <ConnectionDetails dicom={status.dicom} />
      </Empty>
    );
  }
  if (narrowed) {
    return (
      <Empty icon="search" title={t('studies.emptyFound')} text={t('studies.emptyFoundText')}>
        {period !== 'all' && (
          <Button onClick={() => place.setFilter({ ...filter, period: 'all', from: undefined, to: undefined })}>
            {t('studies.showAll')}
          </Button>
        )}
        <Button variant="default" onClick={place.clear}>
          {t('studies.clear')}
        </Button>
      </Empty>
    );
  }
  return (
    <Empty
      icon="picture"
      title={period === 'today' ? t('studies.emptyToday') : t('studies.emptyPeriod')}
      text={t('studies.emptyTodayText')}
    >
      <Button onClick={() => place.setFilter({ ...filter, period: period === 'today' ? 'week' : 'all' })}>
        {period === 'today' ? t('studies.showWeek') : t('studies.showAll')}
      </Button>
      {status !== undefined && <ConnectionDetails dicom={status.dicom} titled />}
    </Empty>
  );
}
