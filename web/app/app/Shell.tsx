import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, Outlet, useLocation, useNavigate } from 'react-router';
import { type Identity, sessionOptions } from '../api/session.ts';
import { Problem } from '../ui/Problem.tsx';
import { Banners } from './Banners.tsx';
import { Header } from './Header.tsx';
import { Navigation } from './Navigation.tsx';
import { Notice } from './Notice.tsx';
import css from './Shell.module.css';
import { onSignedOutElsewhere, signOut } from './signing.ts';
import { useHelpKey } from './use-help-key.ts';
import { useLive } from './use-live.ts';

const LoginAgain = lazy(async () => ({ default: (await import('./LoginAgain.tsx')).LoginAgain }));
const OwnPassword = lazy(async () => ({ default: (await import('../features/users/OwnPassword.tsx')).OwnPassword }));
const HelpDialog = lazy(async () => ({ default: (await import('./HelpDialog.tsx')).HelpDialog }));

/** The frame around every page behind the login. */
export function Shell() {
  const { data: session, error, refetch } = useQuery(sessionOptions);
  const location = useLocation();
  const navigate = useNavigate();
  const left = useRef(false);
  // The person the page was opened for stays known when the session ends, so that the form on screen survives.
  const [person, setPerson] = useState<Identity | null>(null);
  if (session?.identity != null && session.identity !== person) setPerson(session.identity);
  useEffect(
    () =>
      onSignedOutElsewhere(() => {
        left.current = true;
        navigate('/login');
      }),
    [navigate],
  );
  const leave = async () => {
    left.current = true;
    navigate('/login');
    await signOut().catch(() => undefined);
  };
  if (session === undefined) return error === null ? null : <Problem error={error} onRetry={() => void refetch()} />;
  if (person === null) return <ToLogin next={location.pathname + location.search} />;
  const expired = session.identity === null && !left.current;
  return (
    <Frame identity={person} clinic={session.clinic.name} onLeave={leave}>
      {expired && (
        <Suspense>
          <LoginAgain before={person} />
        </Suspense>
      )}
    </Frame>
  );
}

function ToLogin({ next }: { next: string }) {
  return <Navigate replace to={next === '/' ? '/login' : `/login?next=${encodeURIComponent(next)}`} />;
}

/** The next press on a study should find the quick view's code here already. */
function useQuickViewReady() {
  useEffect(() => {
    const timer = setTimeout(() => void import('./ViewScreen.tsx').catch(() => undefined), 1000);
    return () => clearTimeout(timer);
  }, []);
}

interface FrameProps {
  readonly identity: Identity;
  readonly clinic: string;
  readonly onLeave: () => void;
  readonly children: React.ReactNode;
}

function Frame({ identity, clinic, onLeave, children }: FrameProps) {
  const { t } = useTranslation();
  const [help, setHelp] = useState(false);
  const [password, setPassword] = useState(false);
  const connection = useLive();
  useHelpKey(() => setHelp(true));
  useQuickViewReady();
  return (
    <div className={css.shell}>
      <a className={css.skip} href="#content">
        {t('app.skip')}
      </a>
      <Header
        clinic={clinic}
        identity={identity}
        onHelp={() => setHelp(true)}
        onPassword={() => setPassword(true)}
        onLeave={onLeave}
      />
      <Navigation identity={identity} />
      <main id="content" tabIndex={-1} className={css.main}>
        <Banners connection={connection} />
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
        <div className={css.page} tabIndex={0}>
          <Outlet />
        </div>
      </main>
      <Notice />
      {help && (
        <Suspense>
          <HelpDialog onClose={() => setHelp(false)} />
        </Suspense>
      )}
      {password && (
        <Suspense>
          <OwnPassword name={identity.userName} onClose={() => setPassword(false)} />
        </Suspense>
      )}
      {children}
    </div>
  );
}
