import { Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { backupOptions } from '../../../api/backup.ts';
import { confirmKeys } from '../../../api/backup-keys.ts';
import { ApiError } from '../../../api/client.ts';
import { Problem } from '../../../ui/Problem.tsx';
import css from './Encryption.module.css';

interface ConfirmFormProps {
  /** The word of the button that leaves. */
  readonly cancel: string;
  readonly onCancel: () => void;
  readonly onDone: () => void;
}

/** Who can read the end of the key from the paper has the paper; from then on new disks are encrypted. */
export function ConfirmForm({ cancel, onCancel, onDone }: ConfirmFormProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [short, setShort] = useState(false);
  const confirm = useMutation({
    mutationFn: confirmKeys,
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: backupOptions.queryKey, exact: true });
      onDone();
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const ending = String(new FormData(event.currentTarget).get('ending') ?? '').replace(/\s/g, '');
    setShort(ending.length !== 6);
    if (ending.length === 6) confirm.mutate(ending);
  };
  const wrong = confirm.error instanceof ApiError && confirm.error.code === 'REQUEST_INVALID';
  return (
    <form className={css.step} onSubmit={submit} noValidate>
      <p>{t('backup.encryption.confirmText')}</p>
      <TextInput
        name="ending"
        classNames={{ input: css.ending ?? '' }}
        label={t('backup.encryption.ending')}
        description={t('backup.encryption.endingHint')}
        autoComplete="off"
        autoCapitalize="characters"
        spellCheck={false}
        error={short ? t('backup.encryption.endingShort') : wrong ? t('backup.encryption.endingWrong') : undefined}
      />
      {confirm.error !== null && !wrong && <Problem error={confirm.error} />}
      <div className={css.buttons}>
        <Button variant="default" onClick={onCancel}>
          {cancel}
        </Button>
        <Button type="submit" loading={confirm.isPending}>
          {t('backup.encryption.turnOn')}
        </Button>
      </div>
    </form>
  );
}
