import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import css from './FrontDoor.module.css';
import { Notice } from './Notice.tsx';
import { ColourSwitch, LanguageSwitch } from './switches.tsx';

interface FrontDoorProps {
  readonly title: string;
  readonly clinic: string;
  readonly children: ReactNode;
}

/** The frame of the pages before the login. */
export function FrontDoor({ title, clinic, children }: FrontDoorProps) {
  const { t } = useTranslation();
  return (
    <div className={css.screen}>
      <div className={css.tools}>
        <LanguageSwitch />
        <ColourSwitch />
      </div>
      <main className={css.card}>
        <div className={css.clinic}>
          <img src="/favicon.svg" width={32} height={32} alt="" />
          <strong>{clinic === '' ? t('app.clinicName') : clinic}</strong>
        </div>
        <h1>{title}</h1>
        {children}
      </main>
      <Notice />
    </div>
  );
}
