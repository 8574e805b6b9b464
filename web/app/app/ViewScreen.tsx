import { useQuery } from '@tanstack/react-query';
import { Navigate, useLocation } from 'react-router';
import { sessionOptions } from '../api/session.ts';
import { ViewPage } from '../features/view/ViewPage.tsx';
import { Problem } from '../ui/Problem.tsx';
import { Forbidden } from './RouteError.tsx';

/** The quick view fills the whole window: no header, no navigation. Only for who is signed in and may see images. */
export function ViewScreen() {
  const { data: session, error, refetch } = useQuery(sessionOptions);
  const { pathname, search } = useLocation();
  if (session === undefined) return error === null ? null : <Problem error={error} onRetry={() => void refetch()} />;
  if (session.identity === null)
    return <Navigate replace to={`/login?next=${encodeURIComponent(pathname + search)}`} />;
  if (!session.identity.permissions.includes('images.view')) return <Forbidden />;
  return <ViewPage key={pathname} />;
}
