/** Who may do what: the permissions, the roles of staff (화면: 관리자, 열람) and what each role holds. */

export type Permission =
  | 'images.view' // worklist, viewer, QIDO-RS, WADO-RS
  | 'images.store' // STOW-RS
  | 'images.download' // single files, earlier versions and copies under 확인 필요
  | 'images.exchange' // studies sent to other devices, and found and fetched there
  | 'attention.view'
  | 'orders.manage' // orders of the worklist, by the EMR
  | 'backup.view'
  | 'backup.run'
  | 'backup.restore' // looks into backups, and puts images back from them
  | 'users.manage'
  | 'audit.view'
  | 'devices.view'
  | 'settings.manage';

export type Role = 'administrator' | 'viewer';

export const ROLES: readonly Role[] = ['administrator', 'viewer'];

export const ROLE_PERMISSIONS: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  administrator: new Set<Permission>([
    'images.view',
    'images.store',
    'images.download',
    'images.exchange',
    'attention.view',
    'orders.manage',
    'backup.view',
    'backup.run',
    'backup.restore',
    'users.manage',
    'audit.view',
    'devices.view',
    'settings.manage',
  ]),
  viewer: new Set<Permission>(['images.view', 'images.download', 'attention.view', 'devices.view']),
};

/** The person behind a request. `userName` is unique and is what the access log names. */
export interface Identity {
  readonly userName: string;
  readonly displayName: string;
  readonly role: Role;
  readonly permissions: ReadonlySet<Permission>;
}
