import { Button } from '@mantine/core';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import css from './Encryption.module.css';
import { LaterOrNext } from './LaterOrNext.tsx';
import { Sheet } from './Sheet.tsx';

interface PrintSheetProps {
  /** The recovery sheet. */
  readonly html: string;
  readonly onLater: () => void;
  readonly onNext: () => void;
}

/** Second of the two keys: a sheet of paper. It goes on only when it was sent to a printer. */
export function PrintSheet({ html, onLater, onNext }: PrintSheetProps) {
  const { t } = useTranslation();
  const frame = useRef<HTMLIFrameElement>(null);
  const [printed, setPrinted] = useState(false);
  const print = () => {
    frame.current?.contentWindow?.print();
    setPrinted(true);
  };
  return (
    <div className={css.step}>
      <p className={css.count}>{t('backup.encryption.step', { step: 2 })}</p>
      <p>{t('backup.encryption.sheetText')}</p>
      <Sheet frame={frame} html={html} title={t('backup.encryption.sheetTitle')} />
      <div className={css.buttons}>
        <Button variant={printed ? 'default' : 'filled'} onClick={print}>
          {t('backup.encryption.print')}
        </Button>
      </div>
      <LaterOrNext ready={printed} onLater={onLater} onNext={onNext} />
    </div>
  );
}
