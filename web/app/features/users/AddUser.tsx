import { Button, NativeSelect, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addUser, type Role, usersOptions } from '../../api/users.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { Problem } from '../../ui/Problem.tsx';
import { type PersonFault, personFault } from '../../ui/person-fault.ts';
import css from './AddUser.module.css';

const ROLES = ['viewer', 'administrator'] as const satisfies readonly Role[];

interface AddUserProps {
  readonly onAdded: (name: string) => void;
  readonly onClose: () => void;
}

export function AddUser({ onAdded, onClose }: AddUserProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [fault, setFault] = useState<PersonFault>();
  const [role, setRole] = useState<Role>('viewer');
  const add = useMutation({
    mutationFn: addUser,
    onSuccess: async (_, { name }) => {
      await queries.invalidateQueries({ queryKey: usersOptions.queryKey });
      onAdded(name);
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const read = (name: string) => String(fields.get(name) ?? '');
    const user = { name: read('name').trim(), displayName: read('displayName').trim(), password: read('password') };
    const found = personFault(user, user.password);
    setFault(found);
    if (found === undefined) add.mutate({ ...user, role });
  };
  return (
    <Dialog title={t('users.addTitle')} onClose={onClose}>
      <form className={css.form} onSubmit={submit} noValidate>
        <TextInput
          name="name"
          label={t('users.name')}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          error={fault === 'missing' ? t('firstRun.missing') : undefined}
        />
        <TextInput name="displayName" label={t('users.displayName')} autoComplete="off" />
        <NativeSelect
          label={t('users.role')}
          description={t(`users.roleHint.${role}`)}
          value={role}
          onChange={(event) => setRole(event.currentTarget.value === 'administrator' ? 'administrator' : 'viewer')}
          data={ROLES.map((value) => ({ value, label: t(`role.${value}`) }))}
        />
        <PasswordInput
          name="password"
          label={t('users.password')}
          description={t('users.passwordHint')}
          autoComplete="new-password"
          error={fault === 'short' ? t('firstRun.short') : undefined}
          visibilityToggleButtonProps={{ 'aria-label': t('login.show') }}
        />
        {add.error !== null && <Problem error={add.error} />}
        <div className={css.buttons}>
          <Button variant="default" onClick={onClose}>
            {t('app.cancel')}
          </Button>
          <Button type="submit" loading={add.isPending}>
            {t('users.submit')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
