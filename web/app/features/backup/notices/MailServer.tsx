import { NativeSelect, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { MailNotices } from '../../../api/backup-notices.ts';
import { SECURITIES } from './mail-fields.ts';
import css from './Notices.module.css';

interface MailServerProps {
  readonly mail: MailNotices | null;
  readonly fault: (field: string) => string | undefined;
}

/** The server of a mail service that we do not know: values from its manual. */
export function MailServer({ mail, fault }: MailServerProps) {
  const { t } = useTranslation();
  const text = { autoComplete: 'off', spellCheck: false };
  return (
    <>
      <div className={css.pair}>
        <TextInput
          {...text}
          name="host"
          label={t('backup.notices.host')}
          defaultValue={mail?.host}
          error={fault('mail.host')}
        />
        <TextInput
          {...text}
          name="port"
          label={t('studies.port')}
          inputMode="numeric"
          defaultValue={mail?.port ?? 587}
          error={fault('mail.port')}
        />
      </div>
      <NativeSelect
        name="security"
        label={t('backup.notices.security')}
        defaultValue={mail?.security ?? 'starttls'}
        data={SECURITIES.map((value) => ({ value, label: t(`backup.notices.securities.${value}`) }))}
      />
      <TextInput
        {...text}
        name="user"
        label={t('backup.notices.user')}
        defaultValue={mail?.user}
        error={fault('mail.user')}
      />
    </>
  );
}
