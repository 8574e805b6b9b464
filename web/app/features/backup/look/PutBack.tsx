import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type BackedUpStudy, putBack, type Wanted } from '../../../api/backup-look.ts';
import { Dialog } from '../../../ui/Dialog.tsx';
import { DialogButtons } from '../../../ui/DialogButtons.tsx';
import { Problem } from '../../../ui/Problem.tsx';
import { Extent } from './Extent.tsx';
import css from './Look.module.css';
import { PutBackDone } from './PutBackDone.tsx';
import { wantedIn } from './wanted.ts';

interface PutBackProps {
  readonly target: string;
  readonly study: BackedUpStudy;
  readonly onClose: () => void;
}

/** How much of it, what will happen to what is here, then what came of it. */
export function PutBack({ target, study, onClose }: PutBackProps) {
  const { t } = useTranslation();
  const [missing, setMissing] = useState(false);
  const put = useMutation({ mutationFn: (wanted: Wanted) => putBack(target, wanted) });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const wanted = wantedIn(new FormData(event.currentTarget), study);
    setMissing(wanted === undefined);
    if (wanted !== undefined) put.mutate(wanted);
  };
  if (put.data !== undefined) return <PutBackDone result={put.data} onClose={onClose} />;
  return (
    // While it goes on nothing closes it: the result is told here only.
    <Dialog title={t('backup.look.ask')} {...(put.isPending ? {} : { onClose })}>
      <form className={css.form} onSubmit={submit} noValidate>
        <p>{t('backup.look.askText')}</p>
        <Extent study={study} missing={missing} />
        {put.isPending && <p role="status">{t('backup.look.going')}</p>}
        {put.error !== null && <Problem error={put.error} />}
        <DialogButtons onCancel={onClose}>
          <Button type="submit" loading={put.isPending}>
            {t('backup.look.putBack')}
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  );
}
