import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from './client.ts';

/** The cache of what the server said. `onLoginRequired` hears of a session that ended in the middle of something. */
export function createQueryClient(onLoginRequired: () => void): QueryClient {
  const onError = (error: unknown) => {
    if (error instanceof ApiError && error.code === 'LOGIN_REQUIRED') onLoginRequired();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: { retry: shouldRetry, staleTime: 10_000, refetchOnWindowFocus: false, networkMode: 'always' },
      // What was sent once is never sent again by itself.
      mutations: { retry: false, networkMode: 'always' },
    },
  });
}

/** Only what may pass by itself: no answer, or a server that is busy. */
function shouldRetry(failures: number, error: unknown): boolean {
  return failures < 2 && error instanceof ApiError && (error.status === 0 || error.status >= 502);
}
