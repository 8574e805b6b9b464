import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Backup } from '../../../api/backup.ts';
import { Block } from '../../../ui/Page.tsx';
import { State, type Tone } from '../../../ui/State.tsx';
import { ConfirmKeys } from './ConfirmKeys.tsx';
import css from './Encryption.module.css';
import { SetUp } from './SetUp.tsx';
import { StopEncryption } from './StopEncryption.tsx';

interface EncryptionProps {
  readonly backup: Backup;
  /** Keys are made and encryption is turned off by who manages the settings. */
  readonly mayManage: boolean;
  readonly instant: (iso: string) => string;
}

type Step = 'setUp' | 'confirm' | 'stop';

const TONES = { off: 'plain', waiting: 'warn', on: 'good' } as const satisfies Record<string, Tone>;

/** Whether a lost disk could be read by whoever finds it, and what to do about it. */
export function Encryption({ backup, mayManage, instant }: EncryptionProps) {
  const { t } = useTranslation();
  const [step, setStep] = useState<Step>();
  const close = () => setStep(undefined);
  const { state, since } = backup.encryption;
  const clear = backup.disks.filter(({ encrypted }) => encrypted !== true);
  return (
    <Block title={t('backup.encryption.title')} text={t('backup.encryption.text')}>
      <div className={css.inside}>
        <p>
          <State tone={TONES[state]}>{t(`backup.encryption.states.${state}`)}</State>{' '}
          {t(`backup.encryption.now.${state}`, { when: since === null ? '' : instant(since) })}
        </p>
        {state === 'on' && clear.length > 0 && (
          <p>{t('backup.encryption.clearDisks', { numbers: clear.map(({ number }) => number).join(', ') })}</p>
        )}
        {mayManage && (
          <div className={css.buttons}>
            {state === 'waiting' && (
              <Button onClick={() => setStep('confirm')}>{t('backup.encryption.confirm')}</Button>
            )}
            <Button variant={state === 'off' ? 'filled' : 'default'} onClick={() => setStep('setUp')}>
              {t(`backup.encryption.begin.${state}`)}
            </Button>
            {state !== 'off' && (
              <Button variant="default" onClick={() => setStep('stop')}>
                {t('backup.encryption.stop')}
              </Button>
            )}
          </div>
        )}
      </div>
      {step === 'setUp' && <SetUp clear={clear.length} onClose={close} />}
      {step === 'confirm' && <ConfirmKeys onClose={close} />}
      {step === 'stop' && <StopEncryption onClose={close} />}
    </Block>
  );
}
