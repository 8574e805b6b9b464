/** The table of pages behind the login: address, word in the navigation, permission. A test walks it. */

export interface PageEntry {
  readonly path: string;
  /** The word of the navigation and of the tab's title (`nav.<key>`), and its picture. */
  readonly key: 'studies' | 'orders' | 'transfers' | 'attention' | 'devices' | 'backup' | 'audit' | 'users';
  /** Permission of the server's route table that the page's data needs. */
  readonly permission: string;
}

export const PAGES: readonly PageEntry[] = [
  { path: '/', key: 'studies', permission: 'images.view' },
  { path: '/orders', key: 'orders', permission: 'orders.manage' },
  { path: '/transfers', key: 'transfers', permission: 'images.exchange' },
  { path: '/attention', key: 'attention', permission: 'attention.view' },
  { path: '/devices', key: 'devices', permission: 'settings.manage' },
  { path: '/backup', key: 'backup', permission: 'backup.view' },
  { path: '/access-log', key: 'audit', permission: 'audit.view' },
  { path: '/users', key: 'users', permission: 'users.manage' },
];
