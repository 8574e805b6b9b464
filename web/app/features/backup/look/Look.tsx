import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Backup } from '../../../api/backup.ts';
import { type BackedUpStudy, lookInto } from '../../../api/backup-look.ts';
import { Block } from '../../../ui/Page.tsx';
import { Problem } from '../../../ui/Problem.tsx';
import { FoundStudies } from './FoundStudies.tsx';
import css from './Look.module.css';
import { PutBack } from './PutBack.tsx';

/** As many as the server shows. */
const MOST = 500;

/** Looks for a patient or a study in a backup, without changing anything; from there single ones are put back. */
export function Look({ targets }: { targets: readonly Backup['targets'][number][] }) {
  const { t } = useTranslation();
  // A disk that was never seen has no place to look at.
  const places = targets.filter(({ path, lastSuccess }) => path !== '' && lastSuccess !== null);
  const [chosen, setChosen] = useState('');
  const [wanted, setWanted] = useState<BackedUpStudy>();
  const target = places.find(({ path }) => path === chosen)?.path ?? places[0]?.path ?? '';
  const look = useMutation({
    mutationFn: async (asked: { target: string; text: string }) => ({
      target: asked.target,
      studies: await lookInto(asked.target, asked.text),
    }),
    gcTime: 0,
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    look.mutate({ target, text: String(new FormData(event.currentTarget).get('text') ?? '').trim() });
  };
  if (places.length === 0) return null;
  const found = look.isPending ? undefined : look.data;
  return (
    <Block title={t('backup.look.title')} text={t('backup.look.text')}>
      <form className={css.line} onSubmit={submit}>
        {places.length > 1 && (
          <NativeSelect
            label={t('backup.target')}
            value={target}
            onChange={(event) => setChosen(event.currentTarget.value)}
            data={places.map(({ path }) => path)}
          />
        )}
        <TextInput
          name="text"
          className={css.what ?? ''}
          label={t('backup.look.what')}
          description={t('backup.look.whatHint')}
          autoComplete="off"
          spellCheck={false}
          maxLength={200}
        />
        <Button type="submit" h={36} loading={look.isPending}>
          {t('backup.look.find')}
        </Button>
      </form>
      {look.error !== null && <Problem error={look.error} />}
      <div role="status">
        {found !== undefined && (
          <p className={css.result}>
            {t(found.studies.length < MOST ? 'backup.look.found' : 'backup.look.foundMore', {
              count: found.studies.length,
            })}
          </p>
        )}
      </div>
      {found !== undefined && found.studies.length > 0 && (
        <FoundStudies studies={found.studies} onPutBack={setWanted} />
      )}
      {found !== undefined && wanted !== undefined && (
        <PutBack target={found.target} study={wanted} onClose={() => setWanted(undefined)} />
      )}
    </Block>
  );
}
