import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type Device, devicesOptions, removeDevice } from '../../api/devices.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { DialogButtons } from '../../ui/DialogButtons.tsx';
import { Problem } from '../../ui/Problem.tsx';

/** Asks once; the images that it has sent stay. */
export function RemoveDevice({ device, onClose }: { device: Device; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => removeDevice(device.id),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: devicesOptions.queryKey });
      onClose();
    },
  });
  return (
    <Dialog title={t('devices.removeAsk', { name: device.name })} onClose={onClose}>
      <p>{t('devices.removeText')}</p>
      {remove.error !== null && <Problem error={remove.error} />}
      <DialogButtons onCancel={onClose}>
        <Button color="red.9" loading={remove.isPending} onClick={() => remove.mutate()}>
          {t('devices.remove')}
        </Button>
      </DialogButtons>
    </Dialog>
  );
}
