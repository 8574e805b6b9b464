import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { AccessLogFilter } from '../../api/access-log.ts';
import css from './AuditPage.module.css';
import { filterIn } from './filter-fields.ts';

interface LogFilterProps {
  readonly timeZone: string;
  readonly onFilter: (filter: AccessLogFilter) => void;
}

/** Who, about whom, when. What is typed stays out of the address: it may name a patient. */
export function LogFilter({ timeZone, onFilter }: LogFilterProps) {
  const { t } = useTranslation();
  const form = useRef<HTMLFormElement>(null);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onFilter(filterIn(new FormData(event.currentTarget), timeZone));
  };
  const clear = () => {
    form.current?.reset();
    onFilter({});
  };
  return (
    <form ref={form} className={css.filter} onSubmit={submit}>
      <TextInput name="who" label={t('audit.who')} autoComplete="off" autoCapitalize="none" spellCheck={false} />
      <TextInput name="patientId" label={t('audit.whose')} autoComplete="off" />
      <TextInput name="from" type="date" label={t('studies.from')} />
      <TextInput name="to" type="date" label={t('studies.to')} />
      <Button type="submit" h={36}>
        {t('audit.find')}
      </Button>
      <Button variant="default" h={36} onClick={clear}>
        {t('audit.all')}
      </Button>
    </form>
  );
}
