import { onPush } from '../../api/push.ts';

/** Changes are gathered this long: a CT of 500 slices is one look at the list per second, not 500. */
const GATHER_MS = 80;
const BETWEEN_LOOKS_MS = 800;

/**
 * Calls `look` with the ids of the studies that changed since its last call: soon, but never too often and never twice
 * at a time. After a (re)connection it is called without ids, for what may have been missed. A look that answers false
 * could not be done now and is repeated.
 */
export function gatherChanges(look: (ids: readonly number[]) => Promise<boolean>): () => void {
  const ids = new Set<number>();
  let wanted = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last = Number.NEGATIVE_INFINITY;
  const soon = () => {
    timer ??= setTimeout(run, Math.max(GATHER_MS, last + BETWEEN_LOOKS_MS - performance.now()));
  };
  const run = async () => {
    const taken = [...ids];
    ids.clear();
    wanted = false;
    last = performance.now();
    if (!(await look(taken))) {
      for (const id of taken) ids.add(id);
      wanted = true;
    }
    timer = undefined;
    if (wanted) soon();
  };
  const stop = onPush((message) => {
    if (message.kind === 'closed') return;
    for (const id of message.kind === 'change' ? message.studyIds : []) ids.add(id);
    wanted = true;
    soon();
  });
  return () => {
    stop();
    clearTimeout(timer);
    // A look under way may end after this: nothing follows it.
    timer = setTimeout(() => undefined);
  };
}
