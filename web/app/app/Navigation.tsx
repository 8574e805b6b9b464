import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import type { Identity } from '../api/session.ts';
import { statusOptions } from '../api/status.ts';
import { Icon } from '../ui/Icon.tsx';
import css from './Navigation.module.css';
import { PAGES } from './page-table.ts';

/** At most nine words; only those the person may open. */
export function Navigation({ identity }: { identity: Identity }) {
  const { t } = useTranslation();
  const { data: status } = useQuery(statusOptions);
  const pages = PAGES.filter((page) => identity.permissions.includes(page.permission));
  return (
    <nav className={`${css.nav} no-print`} aria-label={t('app.menu')}>
      {pages.map((page) => (
        <NavLink key={page.key} to={page.path} end className={css.link ?? ''}>
          <Icon name={page.key} />
          <span className={css.word}>{t(`nav.${page.key}`)}</span>
          {page.key === 'attention' && <Waiting count={status?.attention ?? 0} />}
          {page.key === 'backup' && status?.backup.lastOutcome === 'failed' && <Failed />}
        </NavLink>
      ))}
    </nav>
  );
}

/** Nobody looks at a page about backups while all is well: a failure must show on every page. */
function Failed() {
  const { t } = useTranslation();
  return (
    <span className={`${css.count} ${css.failed}`} title={t('nav.backupFailed')}>
      <span aria-hidden="true">!</span>
      <span className="visually-hidden">{t('nav.backupFailed')}</span>
    </span>
  );
}

function Waiting({ count }: { count: number }) {
  if (count === 0) return null;
  return <span className={css.count}>{count > 999 ? '999+' : count}</span>;
}
