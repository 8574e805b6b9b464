import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Device } from '../../api/devices.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { DialogButtons } from '../../ui/DialogButtons.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Problem } from '../../ui/Problem.tsx';
import css from './Attempts.module.css';
import type { Approval } from './use-approval.ts';
import { usePermissionWords } from './use-permission-words.ts';

/** What came of the press on 승인: what the device may do now, with the way back; or the question before it. */
export function Approving({ approval, onEdit }: { approval: Approval; onEdit: (device: Device) => void }) {
  const { t } = useTranslation();
  const words = usePermissionWords();
  const { asking, done, error, pending } = approval;
  return (
    <>
      <div role="status">
        {done !== undefined && (
          <div className={css.done}>
            <Icon name="check" />
            <span>{t('devices.done', { name: done.name, may: words(done.may) })}</span>
            <Button size="xs" h={36} variant="default" onClick={() => onEdit(done)}>
              {t('devices.edit')}
            </Button>
            <Button size="xs" h={36} variant="default" loading={pending} onClick={approval.undo}>
              {t('devices.undo')}
            </Button>
          </div>
        )}
      </div>
      {error !== null && (
        <div className={css.problem}>
          <Problem error={error} />
        </div>
      )}
      {asking !== undefined && (
        <Dialog title={t('devices.approveAsk', { ae: asking.callingAe ?? '' })} onClose={approval.dismiss}>
          {asking.code === 'client-certificate' ? (
            <div className={css.print}>
              <p>{t('devices.compare')}</p>
              <code>{asking.tls?.certificate?.subject}</code>
              <code>{asking.tls?.certificate?.fingerprint}</code>
            </div>
          ) : (
            <p>{t('devices.outside', { address: asking.address })}</p>
          )}
          <DialogButtons onCancel={approval.dismiss}>
            <Button onClick={approval.confirm}>{t('devices.approve')}</Button>
          </DialogButtons>
        </Dialog>
      )}
    </>
  );
}
