import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { backupOptions } from '../../../api/backup.ts';
import { stopEncryption } from '../../../api/backup-keys.ts';
import { Dialog } from '../../../ui/Dialog.tsx';
import { DialogButtons } from '../../../ui/DialogButtons.tsx';
import { Problem } from '../../../ui/Problem.tsx';

/** Asks once; disks that are encrypted stay so, and their keys are still needed. */
export function StopEncryption({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const stop = useMutation({
    mutationFn: stopEncryption,
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: backupOptions.queryKey, exact: true });
      onClose();
    },
  });
  return (
    <Dialog title={t('backup.encryption.stopAsk')} onClose={onClose}>
      <p>{t('backup.encryption.stopText')}</p>
      {stop.error !== null && <Problem error={stop.error} />}
      <DialogButtons onCancel={onClose}>
        <Button color="red.9" loading={stop.isPending} onClick={() => stop.mutate()}>
          {t('backup.encryption.stop')}
        </Button>
      </DialogButtons>
    </Dialog>
  );
}
