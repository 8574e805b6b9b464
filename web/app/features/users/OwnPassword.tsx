import { Button, PasswordInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../api/client.ts';
import { changeOwnPassword } from '../../api/users.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { DialogButtons } from '../../ui/DialogButtons.tsx';
import { Problem } from '../../ui/Problem.tsx';
import { type PersonFault, personFault } from '../../ui/person-fault.ts';
import css from './AddUser.module.css';

/** Everybody changes the own password, and has to know the one before. */
export function OwnPassword({ name, onClose }: { name: string; onClose: () => void }) {
  const { t } = useTranslation();
  const [fault, setFault] = useState<PersonFault>();
  const change = useMutation({ mutationFn: changeOwnPassword });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const read = (field: string) => String(fields.get(field) ?? '');
    const password = read('password');
    const found = personFault({ name, password }, read('repeat'));
    setFault(found);
    if (found === undefined) change.mutate({ before: read('before'), password });
  };
  if (change.isSuccess) {
    return (
      <Dialog title={t('users.ownPassword')} onClose={onClose}>
        <p role="status">{t('users.ownPasswordDone')}</p>
        <div className={css.buttons}>
          <Button onClick={onClose}>{t('app.close')}</Button>
        </div>
      </Dialog>
    );
  }
  const wrong = change.error instanceof ApiError && change.error.code === 'LOGIN_FAILED';
  const show = { visibilityToggleButtonProps: { 'aria-label': t('login.show') } };
  return (
    <Dialog title={t('users.ownPassword')} onClose={onClose}>
      <form className={css.form} onSubmit={submit} noValidate>
        <input type="hidden" name="username" autoComplete="username" value={name} />
        <PasswordInput
          {...show}
          name="before"
          label={t('users.passwordBefore')}
          autoComplete="current-password"
          error={wrong ? t('users.passwordWrong') : undefined}
        />
        <PasswordInput
          {...show}
          name="password"
          label={t('users.passwordNew')}
          description={t('users.passwordHint')}
          autoComplete="new-password"
          error={fault === 'short' ? t('firstRun.short') : undefined}
        />
        <PasswordInput
          {...show}
          name="repeat"
          label={t('firstRun.repeat')}
          autoComplete="new-password"
          error={fault === 'differ' ? t('firstRun.differ') : undefined}
        />
        {change.error !== null && !wrong && <Problem error={change.error} codeless />}
        <DialogButtons onCancel={onClose}>
          <Button type="submit" loading={change.isPending}>
            {t('users.change')}
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  );
}
