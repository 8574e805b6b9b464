import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import { type Identity, sessionOptions } from '../api/session.ts';
import { FirstRunForm } from '../features/first-run/FirstRunForm.tsx';
import { FrontDoor } from './FrontDoor.tsx';
import { signedIn } from './signing.ts';

/** The page behind the one-time link that start-up prints. */
export function FirstRunScreen() {
  const { t } = useTranslation();
  const { data: session } = useQuery(sessionOptions);
  const [parameters] = useSearchParams();
  const navigate = useNavigate();
  const title = t('firstRun.title');
  useEffect(() => {
    document.title = title;
  }, [title]);
  const enter = async (identity: Identity) => {
    await signedIn(identity, null);
    navigate('/', { replace: true });
  };
  return (
    <FrontDoor title={title} clinic={session?.clinic.name ?? ''}>
      <FirstRunForm
        token={parameters.get('token') ?? ''}
        needed={session?.firstRun ?? true}
        onSignedIn={(identity) => void enter(identity)}
      />
    </FrontDoor>
  );
}
