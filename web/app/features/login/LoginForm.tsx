import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../api/client.ts';
import { type Identity, logIn } from '../../api/session.ts';
import { Problem } from '../../ui/Problem.tsx';
import css from './LoginForm.module.css';
import { useCountdown } from './use-countdown.ts';

interface LoginFormProps {
  /** Filled in already when somebody logs in again. */
  readonly name: string;
  readonly onSignedIn: (identity: Identity) => void;
}

/** Name and password. A wrong pair gets the server's plain sentence; the name stays, the password is asked again. */
export function LoginForm({ name, onSignedIn }: LoginFormProps) {
  const { t } = useTranslation();
  const [missing, setMissing] = useState(false);
  const wait = useCountdown();
  const form = useRef<HTMLFormElement>(null);
  const login = useMutation({
    mutationFn: logIn,
    onSuccess: ({ identity }) => onSignedIn(identity),
    onError: (error) => {
      wait.start(error instanceof ApiError ? error.retryAfter : undefined);
      form.current?.querySelector<HTMLInputElement>('input[name="password"]')?.select();
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const credentials = { name: String(fields.get('name')).trim(), password: String(fields.get('password')) };
    const incomplete = credentials.name === '' || credentials.password === '';
    setMissing(incomplete);
    if (!incomplete && wait.seconds === 0) login.mutate(credentials);
  };
  return (
    <form ref={form} className={css.form} onSubmit={submit} noValidate>
      <TextInput
        name="name"
        label={t('login.name')}
        defaultValue={name}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        size="md"
        data-autofocus
        autoFocus={name === ''}
      />
      <PasswordInput
        name="password"
        label={t('login.password')}
        autoComplete="current-password"
        size="md"
        autoFocus={name !== ''}
        visibilityToggleButtonProps={{ 'aria-label': t('login.show') }}
      />
      {missing && <p role="alert">{t('login.missing')}</p>}
      {login.error !== null && !missing && <Problem error={login.error} codeless />}
      {wait.seconds > 0 && <p>{t('login.wait', { seconds: wait.seconds })}</p>}
      <Button type="submit" size="md" loading={login.isPending} disabled={wait.seconds > 0}>
        {t('login.submit')}
      </Button>
    </form>
  );
}
