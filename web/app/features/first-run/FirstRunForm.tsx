import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { createFirstAdministrator, type Identity } from '../../api/session.ts';
import { Problem } from '../../ui/Problem.tsx';
import { type PersonFault, personFault } from '../../ui/person-fault.ts';
import css from './FirstRunForm.module.css';

interface FirstRunFormProps {
  /** The one-time number of the link. */
  readonly token: string;
  /** Is there still no administrator? */
  readonly needed: boolean;
  readonly onSignedIn: (identity: Identity) => void;
}

/** Makes the first administrator and signs them in. */
export function FirstRunForm({ token, needed, onSignedIn }: FirstRunFormProps) {
  const { t } = useTranslation();
  const [fault, setFault] = useState<PersonFault>();
  const create = useMutation({
    mutationFn: createFirstAdministrator,
    onSuccess: ({ identity }) => onSignedIn(identity),
  });
  if (!needed) return <Dead text={t('firstRun.done')} />;
  if (token === '') return <Dead text={`${t('firstRun.noToken')} ${t('firstRun.noTokenText')}`} />;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const read = (name: string) => String(fields.get(name) ?? '');
    const person = { name: read('name').trim(), password: read('password') };
    const found = personFault(person, read('repeat'));
    setFault(found);
    const displayName = read('displayName').trim();
    if (found === undefined) create.mutate({ token, ...(displayName === '' ? {} : { displayName }), ...person });
  };
  return (
    <form className={css.form} onSubmit={submit} noValidate>
      <p>{t('firstRun.intro')}</p>
      <TextInput
        name="name"
        label={t('firstRun.name')}
        description={t('firstRun.nameHint')}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        error={fault === 'missing' ? t('firstRun.missing') : undefined}
      />
      <TextInput
        name="displayName"
        label={t('firstRun.displayName')}
        description={t('firstRun.displayNameHint')}
        autoComplete="name"
      />
      <PasswordInput
        name="password"
        label={t('firstRun.password')}
        description={t('firstRun.passwordHint')}
        autoComplete="new-password"
        error={fault === 'short' ? t('firstRun.short') : undefined}
        visibilityToggleButtonProps={{ 'aria-label': t('login.show') }}
      />
      <PasswordInput
        name="repeat"
        label={t('firstRun.repeat')}
        autoComplete="new-password"
        error={fault === 'differ' ? t('firstRun.differ') : undefined}
        visibilityToggleButtonProps={{ 'aria-label': t('login.show') }}
      />
      {create.error !== null && <Problem error={create.error} />}
      <Button type="submit" size="md" loading={create.isPending}>
        {t('firstRun.submit')}
      </Button>
    </form>
  );
}

function Dead({ text }: { text: string }) {
  const { t } = useTranslation();
  return (
    <>
      <p>{text}</p>
      <Button component={Link} to="/login" variant="default">
        {t('firstRun.toLogin')}
      </Button>
    </>
  );
}
