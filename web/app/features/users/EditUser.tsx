import { Button, NativeSelect, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { changeUser, type User, type UserChange, usersOptions } from '../../api/users.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { DialogButtons } from '../../ui/DialogButtons.tsx';
import { Problem } from '../../ui/Problem.tsx';
import { personFault } from '../../ui/person-fault.ts';
import css from './AddUser.module.css';

/** Name on screen, role, and a new password for somebody who has forgotten theirs. */
export function EditUser({ user, onClose }: { user: User; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [short, setShort] = useState(false);
  const change = useMutation({
    mutationFn: (changes: UserChange) => changeUser(user.name, changes),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: usersOptions.queryKey });
      onClose();
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const read = (name: string) => String(fields.get(name) ?? '');
    const password = read('password');
    const weak = password !== '' && personFault({ name: user.name, password }, password) === 'short';
    setShort(weak);
    if (weak) return;
    change.mutate({
      displayName: read('displayName').trim(),
      role: read('role') === 'administrator' ? 'administrator' : 'viewer',
      ...(password === '' ? {} : { password }),
    });
  };
  return (
    <Dialog title={t('users.editTitle', { name: user.name })} onClose={onClose}>
      <form className={css.form} onSubmit={submit} noValidate>
        <TextInput
          name="displayName"
          label={t('users.displayName')}
          defaultValue={user.displayName}
          autoComplete="off"
        />
        <NativeSelect
          name="role"
          label={t('users.role')}
          description={t('users.editHint')}
          defaultValue={user.role}
          data={(['viewer', 'administrator'] as const).map((value) => ({ value, label: t(`role.${value}`) }))}
        />
        <PasswordInput
          name="password"
          label={t('users.passwordNew')}
          description={t('users.passwordKeep')}
          autoComplete="new-password"
          error={short ? t('firstRun.short') : undefined}
          visibilityToggleButtonProps={{ 'aria-label': t('login.show') }}
        />
        {change.error !== null && <Problem error={change.error} />}
        <DialogButtons onCancel={onClose}>
          <Button type="submit" loading={change.isPending}>
            {t('users.change')}
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  );
}
