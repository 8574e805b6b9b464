import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../../ui/Dialog.tsx';
import { DialogButtons } from '../../../ui/DialogButtons.tsx';
import { Problem } from '../../../ui/Problem.tsx';
import css from './Notices.module.css';
import type { Change } from './use-change.ts';

interface ChangeFormProps {
  readonly title: string;
  readonly change: Change;
  readonly onSubmit: (fields: FormData) => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A dialog of fields that are saved together; what the server refuses is told below them. */
export function ChangeForm({ title, change, onSubmit, onClose, children }: ChangeFormProps) {
  const { t } = useTranslation();
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        className={css.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit(new FormData(event.currentTarget));
        }}
      >
        {children}
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
