import { TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFieldFaults } from '../../../ui/field-faults.ts';
import { ChangeForm } from './ChangeForm.tsx';
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
  const submit = (fields: FormData) => {
    const typed = String(fields.get('url') ?? '').trim();
    change.mutate((before) => ({ ...before, webhook: { url: typed } }));
  };
  return (
    <ChangeForm title={t('backup.notices.ways.webhook')} change={change} onSubmit={submit} onClose={onClose}>
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
    </ChangeForm>
  );
}
