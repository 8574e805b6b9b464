import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { changeUser, type User, usersOptions } from '../../api/users.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { Problem } from '../../ui/Problem.tsx';
import css from './AddUser.module.css';

/** Asks once before a user is disabled; enabling is the way back. */
export function SwitchUser({ user, onClose }: { user: User; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: () => changeUser(user.name, { enabled: !user.enabled }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: usersOptions.queryKey });
      onClose();
    },
  });
  const title = user.enabled ? t('users.disableAsk', { name: user.name }) : t('users.enableAsk', { name: user.name });
  return (
    <Dialog title={title} onClose={onClose}>
      {user.enabled && <p>{t('users.disableText')}</p>}
      {change.error !== null && <Problem error={change.error} />}
      <div className={css.buttons}>
        <Button variant="default" onClick={onClose}>
          {t('app.cancel')}
        </Button>
        <Button color={user.enabled ? 'red.9' : 'accent'} loading={change.isPending} onClick={() => change.mutate()}>
          {t(user.enabled ? 'users.disable' : 'users.enable')}
        </Button>
      </div>
    </Dialog>
  );
}
