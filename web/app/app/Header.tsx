import { ActionIcon } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Identity } from '../api/session.ts';
import { Icon } from '../ui/Icon.tsx';
import css from './Header.module.css';
import { ColourSwitch, LanguageSwitch } from './switches.tsx';

interface HeaderProps {
  readonly clinic: string;
  readonly identity: Identity;
  readonly onHelp: () => void;
  readonly onPassword: () => void;
  readonly onLeave: () => void;
}

/** Whose PACS this is, how to read it, who is signed in. */
export function Header({ clinic, identity, onHelp, onPassword, onLeave }: HeaderProps) {
  const { t } = useTranslation();
  return (
    <header className={`${css.header} no-print`}>
      <Link to="/" className={css.home}>
        <img src="/favicon.svg" width={26} height={26} alt="" />
        <strong>{clinic === '' ? t('app.clinicName') : clinic}</strong>
      </Link>
      <div className={css.tools}>
        <LanguageSwitch />
        <ColourSwitch />
        <ActionIcon
          className={css.helpButton}
          variant="subtle"
          color="gray"
          size={40}
          aria-label={t('app.help')}
          title={t('app.help')}
          onClick={onHelp}
        >
          <Icon name="help" />
        </ActionIcon>
        <button type="button" className={css.person} title={t('users.ownPassword')} onClick={onPassword}>
          {identity.displayName === '' ? identity.userName : identity.displayName}
          <small>{t(`role.${identity.role}`)}</small>
        </button>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={40}
          aria-label={t('app.logout')}
          title={t('app.logout')}
          onClick={onLeave}
        >
          <Icon name="logout" />
        </ActionIcon>
      </div>
    </header>
  );
}
