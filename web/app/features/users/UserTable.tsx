import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { User } from '../../api/users.ts';
import { State } from '../../ui/State.tsx';
import { type Column, Table } from '../../ui/Table.tsx';
import css from './UserTable.module.css';

interface UserTableProps {
  readonly users: readonly User[];
  /** Who is looking: nobody shuts themselves out. */
  readonly self: string;
  readonly instant: (iso: string) => string;
  readonly onEdit: (user: User) => void;
  readonly onSwitch: (user: User) => void;
}

export function UserTable({ users, self, instant, onEdit, onSwitch }: UserTableProps) {
  const { t } = useTranslation();
  const columns: Column<User>[] = [
    {
      title: t('users.name'),
      cell: (user) => (
        <strong>
          {user.name} {user.name === self && <State tone="plain">{t('users.self')}</State>}
        </strong>
      ),
    },
    { title: t('users.displayName'), cell: (user) => user.displayName },
    { title: t('users.role'), cell: (user) => t(`role.${user.role}`) },
    {
      title: t('users.lastLogin'),
      cell: (user) => (user.lastLoginAt === null ? t('users.never') : instant(user.lastLoginAt)),
    },
    {
      title: t('users.state'),
      cell: (user) => (
        <State tone={user.enabled ? 'good' : 'plain'}>{t(user.enabled ? 'users.enabled' : 'users.disabled')}</State>
      ),
    },
    {
      title: t('users.disable'),
      action: true,
      cell: (user) =>
        user.name !== self && (
          <div className={css.buttons}>
            <Button
              variant="default"
              size="xs"
              h={36}
              aria-label={t('users.editTitle', { name: user.name })}
              onClick={() => onEdit(user)}
            >
              {t('users.edit')}
            </Button>
            <Button variant="default" size="xs" h={36} onClick={() => onSwitch(user)}>
              {t(user.enabled ? 'users.disable' : 'users.enable')}
            </Button>
          </div>
        ),
    },
  ];
  return (
    <div className={css.frame}>
      <Table label={t('users.table')} columns={columns} rows={users} keyOf={(user) => user.name} />
    </div>
  );
}
