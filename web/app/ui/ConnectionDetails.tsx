import { ActionIcon } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import css from './ConnectionDetails.module.css';
import { Icon } from './Icon.tsx';

interface ConnectionDetailsProps {
  /** Of the appliance. */
  readonly dicom: { readonly aeTitle: string; readonly addresses: readonly string[]; readonly port: number };
  readonly titled?: boolean;
}

/** The three values to type into a modality, large enough to be read from the other end of the room. */
export function ConnectionDetails({ dicom, titled = false }: ConnectionDetailsProps) {
  const { t } = useTranslation();
  const { aeTitle, addresses, port } = dicom;
  return (
    <div className={css.block}>
      {titled && <p className={css.title}>{t('studies.connectDetails')}</p>}
      <dl className={css.details}>
        <Detail name={t('studies.address')} values={addresses} />
        <Detail name={t('studies.port')} values={[String(port)]} />
        <Detail name={t('studies.aeTitle')} values={[aeTitle]} />
      </dl>
    </div>
  );
}

function Detail({ name, values }: { name: string; values: readonly string[] }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState('');
  // Plain HTTP has no clipboard: there the value is to be marked and copied by hand.
  const canCopy = typeof navigator.clipboard !== 'undefined';
  const copy = async (value: string) => {
    await navigator.clipboard.writeText(value);
    setCopied(value);
  };
  return (
    <div className={css.detail}>
      <dt>{name}</dt>
      {values.map((value) => (
        <dd key={value}>
          <strong>{value}</strong>
          {canCopy && (
            <ActionIcon
              variant="subtle"
              size={32}
              aria-label={t('studies.copy', { name })}
              onClick={() => void copy(value)}
            >
              <Icon name={copied === value ? 'check' : 'copy'} size={18} />
            </ActionIcon>
          )}
          <span className="visually-hidden" role="status">
            {copied === value && t('studies.copied')}
          </span>
        </dd>
      ))}
    </div>
  );
}
