import { NativeSelect, PasswordInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MailNotices } from '../../../api/backup-notices.ts';
import { useFieldFaults } from '../../../ui/field-faults.ts';
import { ChangeForm } from './ChangeForm.tsx';
import { MailServer } from './MailServer.tsx';
import { mailIn, SERVICES, type Service, serviceOf } from './mail-fields.ts';
import { useChange } from './use-change.ts';

interface MailFormProps {
  readonly mail: MailNotices | null;
  readonly onClose: () => void;
}

const CHOICES = [...(Object.keys(SERVICES) as (keyof typeof SERVICES)[]), 'other'] as const;

/** To whom, and from which mail account. The server of a known mail service needs not be typed. */
export function MailForm({ mail, onClose }: MailFormProps) {
  const { t } = useTranslation();
  const change = useChange(onClose);
  const [service, setService] = useState<Service>(serviceOf(mail));
  const [nobody, setNobody] = useState(false);
  const refused = useFieldFaults(change.error);
  // One field holds all addresses: the server names the one that is wrong.
  const places = Array.from({ length: 20 }, (_, place) => `mail.to[${place}]`);
  const toFault = nobody ? t('backup.notices.toMissing') : ['mail.to', ...places].map(refused).find(Boolean);
  const submit = (fields: FormData) => {
    const wanted = mailIn(fields, service, mail);
    setNobody(wanted.to.length === 0);
    if (wanted.to.length > 0) change.mutate((before) => ({ ...before, mail: wanted }));
  };
  const text = { autoComplete: 'off', spellCheck: false };
  return (
    <ChangeForm title={t('backup.notices.ways.mail')} change={change} onSubmit={submit} onClose={onClose}>
      <TextInput
        {...text}
        name="to"
        label={t('backup.notices.to')}
        description={t('backup.notices.toHint')}
        defaultValue={mail?.to.join(', ')}
        error={toFault}
      />
      <NativeSelect
        label={t('backup.notices.service')}
        value={service}
        onChange={(event) => setService(CHOICES.find((known) => known === event.currentTarget.value) ?? 'other')}
        data={CHOICES.map((value) => ({ value, label: t(`backup.notices.services.${value}`) }))}
      />
      {service === 'other' && <MailServer mail={mail} fault={refused} />}
      <TextInput
        {...text}
        name="from"
        type="email"
        label={t('backup.notices.from')}
        defaultValue={mail?.from}
        error={refused('mail.from')}
      />
      <PasswordInput
        name="password"
        label={t('backup.notices.password')}
        description={t(mail?.password === undefined ? `backup.notices.passwordHint.${service}` : 'users.passwordKeep')}
        autoComplete="new-password"
        error={refused('mail.password')}
        visibilityToggleButtonProps={{ 'aria-label': t('login.show') }}
      />
    </ChangeForm>
  );
}
