import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../../ui/Icon.tsx';
import css from './Encryption.module.css';
import { LaterOrNext } from './LaterOrNext.tsx';

interface KeepFileProps {
  /** The clinic key file. */
  readonly text: string;
  readonly onLater: () => void;
  readonly onNext: () => void;
}

/** First of the two keys: a file for the director. It goes on only when the file was saved. */
export function KeepFile({ text, onLater, onNext }: KeepFileProps) {
  const { t } = useTranslation();
  const [saved, setSaved] = useState(false);
  const save = () => {
    saveAs(text, 'clinicpacs-clinic-key.txt');
    setSaved(true);
  };
  return (
    <div className={css.step}>
      <p className={css.count}>{t('backup.encryption.step', { step: 1 })}</p>
      <p>{t('backup.encryption.fileText')}</p>
      <div className={css.buttons}>
        <Button
          variant={saved ? 'default' : 'filled'}
          leftSection={<Icon name={saved ? 'check' : 'download'} size={18} />}
          onClick={save}
        >
          {t('backup.encryption.saveFile')}
        </Button>
      </div>
      <LaterOrNext ready={saved} onLater={onLater} onNext={onNext} />
    </div>
  );
}

function saveAs(text: string, name: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken the bytes by then; the key must not stay behind an address.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
