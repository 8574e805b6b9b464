import { Button, TextInput } from '@mantine/core';
import type { FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../../ui/Dialog.tsx';
import { DialogButtons } from '../../../ui/DialogButtons.tsx';
import { useFieldFaults } from '../../../ui/field-faults.ts';
import { Problem } from '../../../ui/Problem.tsx';
import css from './Notices.module.css';
import { useChange } from './use-change.ts';

interface WebhookFormProps {
  /** Masked, as the server shows it; undefined while there is none. */
  readonly url: string | undefined;
  readonly onClose: () => void;
}

/** The address of a messenger's channel, which takes messages from programs. */
export function WebhookForm({ url, onClose }: WebhookFormProps) {
  const { t } = useTranslation();
  const change = useChange(onClose);
  const fault = useFieldFaults(change.error);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const typed = String(new FormData(event.currentTarget).get('url') ?? '').trim();
    change.mutate((before) => ({ ...before, webhook: { url: typed } }));
  };
  return (
    <Dialog title={t('backup.notices.ways.webhook')} onClose={onClose}>
      <form className={css.form} onSubmit={submit} noValidate>
        <p>{t('backup.notices.webhookText')}</p>
        <TextInput
          name="url"
          type="url"
          label={t('backup.notices.url')}
          description={t('backup.notices.urlHint')}
          placeholder="https://"
          autoComplete="off"
          spellCheck={false}
          defaultValue={url}
          error={fault('webhook.url')}
        />
        {change.error !== null && <Problem error={change.error} codeless />}
        <DialogButtons onCancel={onClose}>
          <Button type="submit" loading={change.isPending}>
            {t('backup.notices.save')}
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  );
}
