import { useTranslation } from 'react-i18next';
import type { Identity } from '../api/session.ts';
import { LoginForm } from '../features/login/LoginForm.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { signedIn } from './signing.ts';

/** The session ended in the middle of something: log in over it, and what was on screen is still there. */
export function LoginAgain({ before }: { before: Identity }) {
  const { t } = useTranslation();
  return (
    <Dialog title={t('login.again')} opaque>
      <p>{t('login.againText')}</p>
      <LoginForm name={before.userName} onSignedIn={(identity) => void signedIn(identity, before)} />
    </Dialog>
  );
}
