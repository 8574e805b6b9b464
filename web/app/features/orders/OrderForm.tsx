import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { patientStudiesOptions } from '../../api/images.ts';
import { addOrder, type NewOrder, ordersOptions } from '../../api/orders.ts';
import { useFieldFaults } from '../../ui/field-faults.ts';
import { Block } from '../../ui/Page.tsx';
import { Problem } from '../../ui/Problem.tsx';
import { shownName } from '../../ui/person-name.ts';
import { readableDay } from '../../ui/when.ts';
import css from './Orders.module.css';
import { MODALITIES, NEEDED, orderIn } from './order-fields.ts';

/**
 * Field after field with Tab, Enter adds the order and leads back to the first field. A patient who was here before is
 * known by the number.
 */
export function OrderForm({ day }: { day: string }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const [patientId, setPatientId] = useState('');
  const known = useQuery(patientStudiesOptions(patientId)).data?.[0];
  const add = useMutation({
    mutationFn: (order: NewOrder) => addOrder(order),
    onSuccess: async () => {
      form.current?.reset();
      setPatientId('');
      form.current?.querySelector('input')?.focus();
      await queries.invalidateQueries({ queryKey: ordersOptions(day).queryKey });
    },
  });
  const [missing, setMissing] = useState<readonly string[]>([]);
  const refused = useFieldFaults(add.error);
  const fault = (field: string) => (missing.includes(field) ? t('orders.missing') : refused(field));
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const order = orderIn(new FormData(event.currentTarget), day);
    const empty = NEEDED.filter((field) => order[field] === undefined);
    setMissing(empty);
    if (empty[0] === undefined) add.mutate(order);
    else event.currentTarget.querySelector<HTMLInputElement>(`[name="${empty[0]}"]`)?.focus();
  };
  const knownName = known && shownName(known.patientName).main;
  const fill = () => {
    if (form.current === null || known === undefined) return;
    const values = { patientName: knownName ?? '', birthDate: readableDay(known.birthDate) ?? '', sex: known.sex };
    for (const [name, value] of Object.entries(values)) {
      const field = form.current.elements.namedItem(name);
      if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) field.value = value;
    }
  };
  const text = { autoComplete: 'off', spellCheck: false };
  return (
    <Block title={t('orders.add')} text={t('orders.addText')}>
      <form ref={form} className={css.form} onSubmit={submit} noValidate>
        <TextInput
          {...text}
          name="patientId"
          label={t('studies.column.patientId')}
          error={fault('patientId')}
          onBlur={(event) => setPatientId(event.currentTarget.value.trim())}
        />
        <TextInput {...text} name="patientName" label={t('orders.name')} error={fault('patientName')} />
        <TextInput name="birthDate" type="date" label={t('orders.birthDate')} error={fault('birthDate')} />
        <NativeSelect
          name="sex"
          label={t('orders.sex')}
          error={fault('sex')}
          data={[
            { value: '', label: '–' },
            { value: 'M', label: t('studies.sex.M') },
            { value: 'F', label: t('studies.sex.F') },
            { value: 'O', label: t('studies.sex.O') },
          ]}
        />
        <NativeSelect
          name="modality"
          label={t('orders.modality')}
          error={fault('modality')}
          data={MODALITIES.map((value) => ({ value, label: `${t(`orders.modalities.${value}`)} (${value})` }))}
        />
        <TextInput
          {...text}
          name="description"
          className={css.wide ?? ''}
          label={t('studies.column.description')}
          error={fault('description')}
        />
        <TextInput name="startTime" type="time" label={t('orders.time')} error={fault('startTime')} />
        <Button type="submit" className={css.submit ?? ''} h={36} loading={add.isPending}>
          {t('orders.addNow')}
        </Button>
      </form>
      {known !== undefined && (
        <p className={css.status}>
          {t('orders.known', { name: knownName || t('studies.noName') })}{' '}
          <Button size="xs" h={32} variant="default" onClick={fill}>
            {t('orders.fill')}
          </Button>
        </p>
      )}
      <div role="status">
        {add.data !== undefined && !add.isPending && add.error === null && (
          <p className={css.status}>
            {t('orders.added', { name: shownName(add.data.patientName).main, number: add.data.accessionNumber })}
          </p>
        )}
      </div>
      {add.error !== null && missing.length === 0 && (
        <div className={css.problem}>
          <Problem error={add.error} codeless />
        </div>
      )}
    </Block>
  );
}
