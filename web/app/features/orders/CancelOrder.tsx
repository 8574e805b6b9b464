import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { cancelOrder, type Order } from '../../api/orders.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { DialogButtons } from '../../ui/DialogButtons.tsx';
import { Problem } from '../../ui/Problem.tsx';
import { shownName } from '../../ui/person-name.ts';

/** Asks once; the modality no longer sees a cancelled order. */
export function CancelOrder({ order, onClose }: { order: Order; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => cancelOrder(order.id),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['orders'] });
      onClose();
    },
  });
  const name = shownName(order.patientName).main || t('studies.noName');
  return (
    <Dialog title={t('orders.cancelAsk', { name, description: order.description })} onClose={onClose}>
      <p>{t('orders.cancelText')}</p>
      {cancel.error !== null && <Problem error={cancel.error} />}
      <DialogButtons onCancel={onClose}>
        <Button color="red.9" loading={cancel.isPending} onClick={() => cancel.mutate()}>
          {t('orders.cancelNow')}
        </Button>
      </DialogButtons>
    </Dialog>
  );
}
