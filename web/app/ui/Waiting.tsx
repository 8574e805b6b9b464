import { Skeleton } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** Grey bars while a page loads. */
export function Waiting() {
  const { t } = useTranslation();
  return (
    <div role="status">
      <span className="visually-hidden">{t('app.loading')}</span>
      <Skeleton height={120} radius="md" />
    </div>
  );
}
