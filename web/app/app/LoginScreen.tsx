import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import { type Identity, sessionOptions } from '../api/session.ts';
import { LoginForm } from '../features/login/LoginForm.tsx';
import { FrontDoor } from './FrontDoor.tsx';
import { safeReturn } from './safe-return.ts';
import { signedIn } from './signing.ts';

/** The page for who is not signed in; afterwards back to where they wanted to go. */
export function LoginScreen() {
  const { t } = useTranslation();
  const { data: session } = useQuery(sessionOptions);
  const [parameters] = useSearchParams();
  const navigate = useNavigate();
  const next = safeReturn(parameters.get('next'));
  const go = () => {
    // The viewer is not a page of this app: it must be loaded.
    if (/^\/(viewer|open|api|dicom-web)\b/.test(next)) location.assign(next);
    else navigate(next, { replace: true });
  };
  const title = t('login.title');
  const already = session?.identity != null;
  useEffect(() => {
    document.title = title;
  }, [title]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a session that was there before the form counts
  useEffect(() => {
    if (already) go();
  }, [already]);
  const enter = async (identity: Identity) => {
    await signedIn(identity, null);
    go();
  };
  return (
    <FrontDoor title={title} clinic={session?.clinic.name ?? ''}>
      {session?.firstRun === true && (
        <p>
          <strong>{t('login.firstRunTitle')}</strong> {t('login.firstRunText')}
        </p>
      )}
      <LoginForm name="" onSignedIn={(identity) => void enter(identity)} />
    </FrontDoor>
  );
}
