import { createQueryClient } from '../api/query-client.ts';
import { sessionKey } from '../api/session.ts';

/** The cache of this tab. A session that ended is asked for anew: the answer decides what is shown. */
export const queryClient = createQueryClient(() => void queryClient.invalidateQueries({ queryKey: sessionKey }));
