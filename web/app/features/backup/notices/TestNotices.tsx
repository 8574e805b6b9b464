import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type NoticesTested, testNotices } from '../../../api/backup-notices.ts';
import { Problem } from '../../../ui/Problem.tsx';
import { State } from '../../../ui/State.tsx';
import css from './Notices.module.css';

/** A message now, by every way that is set up, and what came of each. */
export function TestNotices({ anyWay }: { anyWay: boolean }) {
  const { t } = useTranslation();
  const test = useMutation({ mutationFn: testNotices });
  if (!anyWay) return <p className={css.hint}>{t('backup.notices.nobody')}</p>;
  return (
    <div className={css.test}>
      <Button h={40} loading={test.isPending} onClick={() => test.mutate()}>
        {t('backup.notices.test')}
      </Button>
      <div role="status" className={css.outcomes}>
        {test.data === undefined ? t('backup.notices.testHint') : <Outcomes tested={test.data} />}
      </div>
      {test.error !== null && <Problem error={test.error} />}
    </div>
  );
}

function Outcomes({ tested }: { tested: NoticesTested }) {
  const { t } = useTranslation();
  return (['mail', 'webhook'] as const).map((way) => {
    const { state, detail } = tested[way];
    if (state === 'off') return null;
    return (
      <span key={way}>
        {t(`backup.notices.ways.${way}`)}{' '}
        <State tone={state === 'sent' ? 'good' : 'bad'}>{t(`backup.notices.tested.${state}`)}</State>{' '}
        {state === 'failed' && <span className={css.hint}>{detail}</span>}
      </span>
    );
  });
}
