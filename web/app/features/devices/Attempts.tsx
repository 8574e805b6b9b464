import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Attempt, Device } from '../../api/devices.ts';
import { Block } from '../../ui/Page.tsx';
import { State, type Tone } from '../../ui/State.tsx';
import { useHeldRows } from '../../ui/use-held-rows.ts';
import { useLanguage } from '../../ui/use-language.ts';
import { Approving } from './Approving.tsx';
import { AttemptDetails } from './AttemptDetails.tsx';
import css from './Attempts.module.css';
import { useApproval } from './use-approval.ts';

const TONES: Readonly<Record<Attempt['level'], Tone>> = { ok: 'good', notice: 'warn', failed: 'bad' };

interface AttemptsProps {
  readonly attempts: readonly Attempt[];
  readonly instant: (iso: string) => string;
  readonly onEdit: (device: Device) => void;
}

/** 장비 연결 도우미: every connection as it comes, what became of it, and what to do now. */
export function Attempts({ attempts, instant, onEdit }: AttemptsProps) {
  const { t } = useTranslation();
  const { rows, waiting, release, holding } = useHeldRows(attempts);
  const approval = useApproval();
  return (
    <Block title={t('devices.attempts')} text={t('devices.attemptsText')}>
      <Approving approval={approval} onEdit={onEdit} />
      {attempts.length === 0 && <p className={css.none}>{t('devices.noAttempts')}</p>}
      <div className={css.held} {...holding}>
        {waiting > 0 && (
          <Button className={css.fresh} size="xs" h={36} onClick={release}>
            {t('devices.fresh', { count: waiting })}
          </Button>
        )}
        <ul className={css.list}>
          {rows.map((attempt) => (
            <li key={attempt.id} className={css.attempt}>
              <AttemptLine attempt={attempt} instant={instant} onApprove={() => approval.approve(attempt)} />
            </li>
          ))}
        </ul>
      </div>
    </Block>
  );
}

interface AttemptLineProps {
  readonly attempt: Attempt;
  readonly instant: (iso: string) => string;
  readonly onApprove: () => void;
}

function AttemptLine({ attempt, instant, onApprove }: AttemptLineProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { level, callingAe, address, lastAt, times, message, nextStep, approvable } = attempt;
  return (
    <>
      <div className={css.head}>
        <State tone={TONES[level]}>{t(`devices.levels.${level}`)}</State>
        <strong>{callingAe === null || callingAe === '' ? t('devices.noAe') : callingAe}</strong>
        <span>{address}</span>
        <span className={css.when}>
          {instant(lastAt)}
          {times > 1 && ` · ${t('devices.times', { count: times })}`}
        </span>
      </div>
      <div className={css.body}>
        <div className={css.words}>
          <p>{message[language]}</p>
          {level !== 'ok' && <p className={css.next}>{nextStep[language]}</p>}
          <AttemptDetails attempt={attempt} />
        </div>
        {approvable && (
          <Button
            className={css.approve}
            h={40}
            aria-label={t('devices.approveOf', { ae: callingAe ?? '', address })}
            onClick={onApprove}
          >
            {t('devices.approve')}
          </Button>
        )}
      </div>
    </>
  );
}
