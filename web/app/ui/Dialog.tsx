import { CloseButton } from '@mantine/core';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import css from './Dialog.module.css';

interface DialogProps {
  readonly title: string;
  /** Called by the close button, Esc and a press outside. Without it the dialog must be answered. */
  readonly onClose?: () => void;
  /** Hides everything behind it: what lies there may be about patients. */
  readonly opaque?: boolean;
  /** For what a narrow one cannot show: a sheet of paper. */
  readonly wide?: boolean;
  readonly children: ReactNode;
}

/** The browser's own modal dialog: it keeps the focus inside and gives it back, without a style or script of its own. */
export function Dialog({ title, onClose, opaque = false, wide = false, children }: DialogProps) {
  const { t } = useTranslation();
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a press on the backdrop is an extra; Esc does the same (onCancel)
    <dialog
      ref={dialog}
      className={[css.dialog, opaque && css.opaque, wide && css.wide].filter(Boolean).join(' ')}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose?.();
      }}
      // A second Esc closes it past onCancel: what must be answered comes back.
      onClose={() => (onClose === undefined ? dialog.current?.showModal() : onClose())}
      onClick={(event) => event.target === dialog.current && onClose?.()}
    >
      <div className={css.inside}>
        <header className={css.head}>
          <h2 id={titleId}>{title}</h2>
          {onClose !== undefined && <CloseButton aria-label={t('app.close')} onClick={onClose} />}
        </header>
        {children}
      </div>
    </dialog>
  );
}
