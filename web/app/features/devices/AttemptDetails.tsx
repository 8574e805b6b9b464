import { useTranslation } from 'react-i18next';
import type { Attempt } from '../../api/devices.ts';
import css from './Attempts.module.css';

/** What the device said of itself and asked for: to show to its vendor. */
export function AttemptDetails({ attempt }: { attempt: Attempt }) {
  const { t } = useTranslation();
  const { calledAe, implementation, tls, contexts, services, detail, port, code } = attempt;
  const facts: [string, string][] = [
    [t('devices.fact.calledAe'), calledAe ?? ''],
    [t('devices.fact.port'), t(`devices.ports.${port}`)],
    [t('devices.fact.program'), [implementation?.version, implementation?.classUid].filter(Boolean).join(' ')],
    [t('devices.fact.tls'), tls === null ? '' : `${tls.version} ${tls.cipher}`],
    [t('devices.fact.certificate'), tls?.certificate?.fingerprint ?? ''],
    [
      t('devices.fact.services'),
      Object.entries(services)
        .map(([service, times]) => `${service} ${times}`)
        .join(', '),
    ],
    [t('devices.fact.proposed'), contexts.map(proposed).join('; ')],
    [t('devices.fact.support'), [code, detail].filter(Boolean).join(' ')],
  ];
  return (
    <details className={css.details}>
      <summary>{t('devices.details')}</summary>
      <dl className={css.facts}>
        {facts
          .filter(([, value]) => value !== '')
          .flatMap(([name, value]) => [<dt key={name}>{name}</dt>, <dd key={`${name} value`}>{value}</dd>])}
      </dl>
    </details>
  );
}

function proposed({ abstractSyntax, transferSyntaxes, accepted }: Attempt['contexts'][number]): string {
  const syntaxes = transferSyntaxes.map(({ name, uid }) => name ?? uid).join(', ');
  return `${abstractSyntax.name ?? abstractSyntax.uid} (${syntaxes})${accepted === null ? '' : ' ✓'}`;
}
