import { useTranslation } from 'react-i18next';
import { Dialog } from '../../ui/Dialog.tsx';
import css from './KeyHelp.module.css';
import { BUTTONS } from './keys.ts';

const OTHERS = ['scroll', 'series', 'zoom', 'mouse', 'touch'] as const;

/** All keys, and what mouse and fingers do. */
export function KeyHelp({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog title={t('help.title')} onClose={onClose}>
      <ul className={css.keys}>
        {BUTTONS.map((command) => (
          <li key={command}>{t(`view.hints.${command}`)}</li>
        ))}
        {OTHERS.map((thing) => (
          <li key={thing}>{t(`view.more.${thing}`)}</li>
        ))}
      </ul>
    </Dialog>
  );
}
