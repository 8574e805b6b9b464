import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { sessionOptions } from '../api/session.ts';
import type { PageEntry } from './page-table.ts';
import { Forbidden } from './RouteError.tsx';

/** Shows a page only to who may see it, and names the tab after it. The server checks again with every answer. */
export function Guard({ page, children }: { page: PageEntry; children: ReactNode }) {
  const { t } = useTranslation();
  const session = useQuery(sessionOptions).data;
  const clinic = session?.clinic.name ?? '';
  const title = t(`nav.${page.key}`);
  useEffect(() => {
    document.title = `${title} · ${clinic === '' ? 'ClinicPACS' : clinic}`;
  }, [title, clinic]);
  if (session?.identity?.permissions.includes(page.permission) === false) return <Forbidden />;
  return children;
}
