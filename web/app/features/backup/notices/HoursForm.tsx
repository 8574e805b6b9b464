import { Button, TextInput } from '@mantine/core';
import type { FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../../ui/Dialog.tsx';
import { DialogButtons } from '../../../ui/DialogButtons.tsx';
import { useFieldFaults } from '../../../ui/field-faults.ts';
import { Problem } from '../../../ui/Problem.tsx';
import css from './Notices.module.css';
import { useChange } from './use-change.ts';

/** After how many hours without a good backup it is told. */
export function HoursForm({ hours, onClose }: { hours: number; onClose: () => void }) {
  const { t } = useTranslation();
  const change = useChange(onClose);
  const fault = useFieldFaults(change.error);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const typed = String(new FormData(event.currentTarget).get('afterHours') ?? '').trim();
    // What is no number is left to the server, which knows the bounds.
    const afterHours = /^\d{1,6}$/.test(typed) ? Number(typed) : 0;
    change.mutate((before) => ({ ...before, afterHours }));
  };
  return (
    <Dialog title={t('backup.notices.hours')} onClose={onClose}>
      <form className={css.form} onSubmit={submit} noValidate>
        <TextInput
          name="afterHours"
          label={t('backup.notices.hoursLabel')}
          description={t('backup.notices.hoursHint')}
          inputMode="numeric"
          autoComplete="off"
          defaultValue={hours}
          error={fault('afterHours')}
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
