import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { statusOptions } from '../api/status.ts';
import { readableBytes } from '../ui/amount.ts';
import { Icon, type IconName } from '../ui/Icon.tsx';
import css from './Banners.module.css';
import type { Connection } from './use-live.ts';

/** What everybody must know at once, on every page: no server, no disk space, an index under repair. */
export function Banners({ connection }: { connection: Connection }) {
  const { t } = useTranslation();
  const { data: status } = useQuery(statusOptions);
  const free = readableBytes(status?.storage.freeBytes ?? 0);
  return (
    <div role="status" className="no-print">
      {connection === 'lost' && (
        <Banner tone="bad" icon="offline" title={t('connection.lost')} text={t('connection.lostMore')} />
      )}
      {connection === 'back' && <Banner tone="good" icon="check" title={t('connection.back')} />}
      {status?.index === 'rebuilding' && <Banner tone="warn" icon="attention" title={t('connection.rebuilding')} />}
      {status?.index === 'damaged' && <Banner tone="bad" icon="attention" title={t('connection.damaged')} />}
      {status?.storage.state === 'low' && (
        <Banner tone="warn" icon="attention" title={t('connection.diskLow', { free })} />
      )}
      {status?.storage.state === 'full' && <Banner tone="bad" icon="attention" title={t('connection.diskFull')} />}
    </div>
  );
}

interface BannerProps {
  readonly tone: 'good' | 'warn' | 'bad';
  readonly icon: IconName;
  readonly title: string;
  readonly text?: string;
}

function Banner({ tone, icon, title, text }: BannerProps) {
  return (
    <p className={`${css.banner} ${css[tone]}`}>
      <Icon name={icon} />
      <span>
        <strong>{title}</strong> {text}
      </span>
    </p>
  );
}
