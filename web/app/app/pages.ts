/**
 * The table of pages behind the login: address, word in the navigation, permission, and how its code is loaded. The
 * list of studies comes with the first load, everything else when it is opened. A test walks this table.
 */
import type { ComponentType } from 'react';
import type { IconName } from '../ui/Icon.tsx';

export interface PageEntry {
  readonly path: string;
  /** The word of the navigation and of the tab's title, `nav.<key>`. */
  readonly key: 'studies' | 'attention' | 'backup' | 'audit' | 'users';
  readonly icon: IconName;
  /** Permission of the server's route table that the page's data needs. */
  readonly permission: string;
  readonly load?: () => Promise<{ Component: ComponentType }>;
}

export const PAGES: readonly PageEntry[] = [
  { path: '/', key: 'studies', icon: 'studies', permission: 'images.view' },
  {
    path: '/attention',
    key: 'attention',
    icon: 'attention',
    permission: 'attention.view',
    load: async () => ({ Component: (await import('../features/attention/AttentionPage.tsx')).AttentionPage }),
  },
  {
    path: '/backup',
    key: 'backup',
    icon: 'backup',
    permission: 'backup.view',
    load: async () => ({ Component: (await import('../features/backup/BackupPage.tsx')).BackupPage }),
  },
  {
    path: '/access-log',
    key: 'audit',
    icon: 'audit',
    permission: 'audit.view',
    load: async () => ({ Component: (await import('../features/audit/AuditPage.tsx')).AuditPage }),
  },
  {
    path: '/users',
    key: 'users',
    icon: 'users',
    permission: 'users.manage',
    load: async () => ({ Component: (await import('../features/users/UsersPage.tsx')).UsersPage }),
  },
];
