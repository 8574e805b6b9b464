import { Button, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { addDevice, changeDevice, type Device, devicesOptions } from '../../api/devices.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { DialogButtons } from '../../ui/DialogButtons.tsx';
import { useFieldFaults } from '../../ui/field-faults.ts';
import { Problem } from '../../ui/Problem.tsx';
import css from './DevicesPage.module.css';
import { deviceIn } from './device-fields.ts';
import { PERMISSIONS } from './permissions.ts';

const CHARSETS = ['', 'ISO 2022 IR 149', 'ISO_IR 192', 'ISO_IR 6'] as const;

interface DeviceFormProps {
  /** Absent: a new one. */
  readonly device?: Device;
  readonly onClose: () => void;
}

/** Adds a device, or changes one. What is wrong with a field is said by the server, which knows all rules. */
export function DeviceForm({ device, onClose }: DeviceFormProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: (fields: FormData) => {
      const wanted = deviceIn(fields);
      return device === undefined ? addDevice(wanted) : changeDevice(device.id, wanted);
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: devicesOptions.queryKey });
      onClose();
    },
  });
  const fault = useFieldFaults(save.error);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    save.mutate(new FormData(event.currentTarget));
  };
  const text = { autoComplete: 'off', spellCheck: false };
  const charset = device?.charset ?? '';
  const others = (CHARSETS as readonly string[]).includes(charset) ? [] : [charset];
  return (
    <Dialog title={t(device === undefined ? 'devices.addTitle' : 'devices.editTitle')} onClose={onClose}>
      <form className={css.fields} onSubmit={submit} noValidate>
        <TextInput
          {...text}
          name="name"
          label={t('devices.name')}
          description={t('devices.nameHint')}
          defaultValue={device?.name}
          error={fault('name')}
        />
        <TextInput
          {...text}
          name="aeTitle"
          label={t('studies.aeTitle')}
          description={t('devices.aeTitleHint')}
          defaultValue={device?.aeTitle}
          error={fault('aeTitle')}
        />
        <div className={css.pair}>
          <TextInput
            {...text}
            name="host"
            label={t('devices.host')}
            description={t('devices.hostHint')}
            defaultValue={device?.host === 'any' ? '' : device?.host}
            error={fault('host')}
          />
          <TextInput
            {...text}
            name="port"
            label={t('studies.port')}
            description={t('devices.portHint')}
            inputMode="numeric"
            defaultValue={device?.port ?? ''}
            error={fault('port')}
          />
        </div>
        <fieldset className={css.may}>
          <legend>{t('devices.may')}</legend>
          {PERMISSIONS.map((permission) => (
            <label key={permission} className={css.check}>
              <input
                type="checkbox"
                name="may"
                value={permission}
                defaultChecked={(device?.may ?? ['store']).includes(permission)}
              />
              <span>
                {t(`devices.mayDo.${permission}`)}{' '}
                <span className={css.hint}>{t(`devices.mayHint.${permission}`)}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <details className={css.more}>
          <summary>{t('devices.more')}</summary>
          <div>
            <NativeSelect
              name="charset"
              label={t('devices.charset')}
              description={t('devices.charsetHint')}
              defaultValue={charset}
              data={[
                ...CHARSETS.map((value) => ({ value, label: t(`devices.charsets.${value === '' ? 'own' : value}`) })),
                ...others.map((value) => ({ value, label: value })),
              ]}
              error={fault('charset')}
            />
            <NativeSelect
              name="tls"
              label={t('devices.tls')}
              defaultValue={device?.tls ?? ''}
              data={(['', 'optional', 'only'] as const).map((value) => ({
                value,
                label: t(`devices.tlsChoices.${value === '' ? 'none' : value}`),
              }))}
            />
            <Textarea
              name="certificate"
              label={t('devices.certificate')}
              description={t('devices.certificateHint')}
              defaultValue={device?.certificate}
              rows={3}
              error={fault('certificate')}
            />
            <label className={css.check}>
              <input type="checkbox" name="askCommitment" defaultChecked={device?.askCommitment === true} />
              {t('devices.askCommitment')}
            </label>
          </div>
        </details>
        {save.error !== null && <Problem error={save.error} codeless />}
        <DialogButtons onCancel={onClose}>
          <Button type="submit" loading={save.isPending}>
            {t('devices.save')}
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  );
}
