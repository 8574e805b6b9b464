import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { noticesOptions, type Notices as Settings } from '../../../api/backup-notices.ts';
import { Block } from '../../../ui/Page.tsx';
import { Problem } from '../../../ui/Problem.tsx';
import { State } from '../../../ui/State.tsx';
import { Waiting } from '../../../ui/Waiting.tsx';
import { HoursForm } from './HoursForm.tsx';
import { MailForm } from './MailForm.tsx';
import css from './Notices.module.css';
import { SwitchOff, type Way } from './SwitchOff.tsx';
import { TestNotices } from './TestNotices.tsx';
import { WebhookForm } from './WebhookForm.tsx';

type Form = Way | 'hours';

/** Who hears of a backup that did not happen: each way with its state, and one press to try them. */
export function Notices() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(noticesOptions);
  const [form, setForm] = useState<Form>();
  const [off, setOff] = useState<Way>();
  return (
    <Block title={t('backup.notices.title')} text={t('backup.notices.text')}>
      <div className={css.inside}>
        {error !== null && <Problem error={error} onRetry={() => void refetch()} stale={data !== undefined} />}
        {data === undefined && error === null && <Waiting />}
        {data !== undefined && <Ways notices={data} onForm={setForm} onOff={setOff} />}
      </div>
      {data !== undefined && form === 'mail' && <MailForm mail={data.mail} onClose={() => setForm(undefined)} />}
      {data !== undefined && form === 'webhook' && (
        <WebhookForm url={data.webhook?.url} onClose={() => setForm(undefined)} />
      )}
      {data !== undefined && form === 'hours' && (
        <HoursForm hours={data.afterHours} onClose={() => setForm(undefined)} />
      )}
      {off !== undefined && <SwitchOff way={off} onClose={() => setOff(undefined)} />}
    </Block>
  );
}

interface WaysProps {
  readonly notices: Settings;
  readonly onForm: (form: Form) => void;
  readonly onOff: (way: Way) => void;
}

function Ways({ notices: { mail, webhook, afterHours }, onForm, onOff }: WaysProps) {
  const { t } = useTranslation();
  return (
    <>
      <dl className={css.ways}>
        <WayLine way="mail" value={mail?.to.join(', ')} onForm={onForm} onOff={onOff} />
        <WayLine way="webhook" value={webhook?.url} onForm={onForm} onOff={onOff} />
        <Line name={t('backup.notices.hours')} value={t('backup.notices.afterHours', { count: afterHours })}>
          <Change label={t('backup.notices.hours')} onClick={() => onForm('hours')} />
        </Line>
      </dl>
      <TestNotices anyWay={mail !== null || webhook !== null} />
    </>
  );
}

interface WayLineProps extends Omit<WaysProps, 'notices'> {
  readonly way: Way;
  /** Where it goes; undefined while it is off. */
  readonly value: string | undefined;
}

function WayLine({ way, value, onForm, onOff }: WayLineProps) {
  const { t } = useTranslation();
  const name = t(`backup.notices.ways.${way}`);
  if (value === undefined) {
    return (
      <Line name={name} value={<State tone="plain">{t('backup.notices.off')}</State>}>
        <Button variant="default" size="xs" h={36} onClick={() => onForm(way)}>
          {t(`backup.notices.setUp.${way}`)}
        </Button>
      </Line>
    );
  }
  return (
    <Line name={name} value={value}>
      <Change label={name} onClick={() => onForm(way)} />
      <Button
        variant="default"
        size="xs"
        h={36}
        aria-label={t('backup.notices.switchOffOf', { name })}
        onClick={() => onOff(way)}
      >
        {t('backup.notices.switchOff')}
      </Button>
    </Line>
  );
}

function Change({ label, onClick }: { label: string; onClick: () => void }) {
  const { t } = useTranslation();
  return (
    <Button
      variant="default"
      size="xs"
      h={36}
      aria-label={t('backup.notices.changeOf', { name: label })}
      onClick={onClick}
    >
      {t('backup.notices.change')}
    </Button>
  );
}

function Line({ name, value, children }: { name: string; value: ReactNode; children: ReactNode }) {
  return (
    <div className={css.way}>
      <dt>{name}</dt>
      <dd className={css.value}>{value}</dd>
      <dd className={css.buttons}>{children}</dd>
    </div>
  );
}
