import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type ConnectionTest, type Device, testDevice } from '../../api/devices.ts';
import { useSentence } from '../../ui/Problem.tsx';
import { State, type Tone } from '../../ui/State.tsx';
import css from './DevicesPage.module.css';

const TONES: Readonly<Record<ConnectionTest['kind'], Tone>> = { answered: 'good', refused: 'bad', unreachable: 'bad' };

/** Asks the device whether it answers (C-ECHO), and says what came of it. */
export function TestButton({ device }: { device: Device }) {
  const { t } = useTranslation();
  const sentence = useSentence();
  const test = useMutation({ mutationFn: () => testDevice(device.id) });
  // A device that only calls has no port, one with any address no place to be called at.
  const callable = device.port !== null && device.host !== 'any';
  return (
    <>
      <Button
        variant="default"
        size="xs"
        h={36}
        loading={test.isPending}
        disabled={!callable}
        title={callable ? undefined : t('devices.noPort')}
        aria-label={t('devices.testOf', { name: device.name })}
        onClick={() => test.mutate()}
      >
        {t('devices.test')}
      </Button>
      <span role="status" className={css.outcome}>
        {test.data !== undefined && (
          <>
            <State tone={TONES[test.data.kind]}>
              {t(`devices.tested.${test.data.kind}`, { ms: test.data.milliseconds ?? 0 })}
            </State>{' '}
            {test.data.kind !== 'answered' && test.data.detail}
          </>
        )}
        {test.error !== null && <State tone="bad">{sentence(test.error)}</State>}
      </span>
    </>
  );
}
