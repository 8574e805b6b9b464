import { TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFieldFaults } from '../../../ui/field-faults.ts';
import { ChangeForm } from './ChangeForm.tsx';
import { useChange } from './use-change.ts';

/** After how many hours without a good backup it is told. */
export function HoursForm({ hours, onClose }: { hours: number; onClose: () => void }) {
  const { t } = useTranslation();
  const change = useChange(onClose);
  const fault = useFieldFaults(change.error);
  const submit = (fields: FormData) => {
    const typed = String(fields.get('afterHours') ?? '').trim();
    // What is no number is left to the server, which knows the bounds.
    const afterHours = /^\d{1,6}$/.test(typed) ? Number(typed) : 0;
    change.mutate((before) => ({ ...before, afterHours }));
  };
  return (
    <ChangeForm title={t('backup.notices.hours')} change={change} onSubmit={submit} onClose={onClose}>
      <TextInput
        name="afterHours"
        label={t('backup.notices.hoursLabel')}
        description={t('backup.notices.hoursHint')}
        inputMode="numeric"
        autoComplete="off"
        defaultValue={hours}
        error={fault('afterHours')}
      />
    </ChangeForm>
  );
}
