import { Button } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useRouteError } from 'react-router';
import { Empty } from '../ui/Empty.tsx';

const RELOADED = 'clinicpacs.reloaded';

/** A bug, or code that an update of the server took away while this tab was open: then one reload brings the new one. */
export function RouteError() {
  const { t } = useTranslation();
  const error = useRouteError();
  const stalePage = error instanceof TypeError && /dynamically imported module|module script/i.test(error.message);
  useEffect(() => {
    if (!stalePage || sessionStorage.getItem(RELOADED) !== null) return;
    sessionStorage.setItem(RELOADED, '1');
    location.reload();
  }, [stalePage]);
  return (
    <Empty whole icon="attention" title={t('problem.pageTitle')} text={t('problem.pageText')}>
      <Button onClick={() => location.reload()}>{t('problem.reload')}</Button>
    </Empty>
  );
}

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Empty whole icon="attention" title={t('problem.notFoundTitle')} text={t('problem.notFoundText')}>
      <Button component={Link} to="/">
        {t('problem.toStudies')}
      </Button>
    </Empty>
  );
}

export function Forbidden() {
  const { t } = useTranslation();
  return (
    <Empty whole icon="attention" title={t('problem.forbiddenTitle')} text={t('problem.forbiddenText')}>
      <Button component={Link} to="/">
        {t('problem.toStudies')}
      </Button>
    </Empty>
  );
}
