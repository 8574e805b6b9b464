import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { sessionOptions } from '../../api/session.ts';
import { type User, usersOptions } from '../../api/users.ts';
import { Icon } from '../../ui/Icon.tsx';
import { useInstant } from '../../ui/Instant.tsx';
import { Page } from '../../ui/Page.tsx';
import { Problem } from '../../ui/Problem.tsx';
import { Waiting } from '../../ui/Waiting.tsx';
import { AddUser } from './AddUser.tsx';
import { EditUser } from './EditUser.tsx';
import { SwitchUser } from './SwitchUser.tsx';
import { UserTable } from './UserTable.tsx';

/** 사용자: who may log in, and as what. */
export function UsersPage() {
  const { t } = useTranslation();
  const session = useQuery(sessionOptions).data;
  const instant = useInstant(session?.clinic.timeZone ?? 'Asia/Seoul');
  const { data, error, refetch } = useQuery(usersOptions);
  const [adding, setAdding] = useState(false);
  const [editing, setEditing] = useState<User>();
  const [switching, setSwitching] = useState<User>();
  const [added, setAdded] = useState('');
  return (
    <Page
      title={t('users.title')}
      intro={t('users.intro')}
      action={
        <Button leftSection={<Icon name="plus" size={18} />} onClick={() => setAdding(true)}>
          {t('users.add')}
        </Button>
      }
    >
      {added !== '' && <p role="status">{t('users.added', { name: added })}</p>}
      {error !== null && <Problem error={error} onRetry={() => void refetch()} stale={data !== undefined} />}
      {data === undefined && error === null && <Waiting />}
      {data !== undefined && (
        <UserTable
          users={data.users}
          self={session?.identity?.userName ?? ''}
          instant={instant}
          onEdit={setEditing}
          onSwitch={setSwitching}
        />
      )}
      {adding && (
        <AddUser
          onAdded={(name) => {
            setAdded(name);
            setAdding(false);
          }}
          onClose={() => setAdding(false)}
        />
      )}
      {editing !== undefined && <EditUser user={editing} onClose={() => setEditing(undefined)} />}
      {switching !== undefined && <SwitchUser user={switching} onClose={() => setSwitching(undefined)} />}
    </Page>
  );
}
