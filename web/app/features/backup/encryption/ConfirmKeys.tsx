import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../../ui/Dialog.tsx';
import { ConfirmForm } from './ConfirmForm.tsx';
import { Done } from './Done.tsx';

/** The sheet was printed some time ago. */
export function ConfirmKeys({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [done, setDone] = useState(false);
  return (
    <Dialog title={t(`backup.encryption.steps.${done ? 'done' : 'confirm'}`)} onClose={onClose}>
      {done ? (
        <Done onClose={onClose} />
      ) : (
        <ConfirmForm cancel={t('app.cancel')} onCancel={onClose} onDone={() => setDone(true)} />
      )}
    </Dialog>
  );
}
