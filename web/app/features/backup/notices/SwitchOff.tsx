import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../../ui/Dialog.tsx';
import { DialogButtons } from '../../../ui/DialogButtons.tsx';
import { Problem } from '../../../ui/Problem.tsx';
import { useChange } from './use-change.ts';

export type Way = 'mail' | 'webhook';

/** Asks once before nobody hears of it by this way any more. */
export function SwitchOff({ way, onClose }: { way: Way; onClose: () => void }) {
  const { t } = useTranslation();
  const change = useChange(onClose);
  return (
    <Dialog title={t(`backup.notices.offAsk.${way}`)} onClose={onClose}>
      <p>{t('backup.notices.offText')}</p>
      {change.error !== null && <Problem error={change.error} />}
      <DialogButtons onCancel={onClose}>
        <Button
          color="red.9"
          loading={change.isPending}
          onClick={() => change.mutate((before) => ({ ...before, [way]: null }))}
        >
          {t('backup.notices.switchOff')}
        </Button>
      </DialogButtons>
    </Dialog>
  );
}
