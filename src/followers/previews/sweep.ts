/** Removes what was made from images that are not in the archive any more. */
import type { Retriever } from '../../archive/retrieve.ts';
import type { Rendering } from '../../rendering/rendering.ts';

const AT_ONCE = 500;

/** Day by day; `goOn` is asked before each step. */
export async function sweep(
  rendering: Rendering,
  retriever: Pick<Retriever, 'known'>,
  goOn: () => Promise<boolean>,
): Promise<void> {
  for (const day of await rendering.derived.days()) {
    const fileIds = await rendering.derived.fileIdsOf(day);
    for (let n = 0; n < fileIds.length; n += AT_ONCE) {
      if (!(await goOn())) return;
      const asked = fileIds.slice(n, n + AT_ONCE);
      const known = new Set(await retriever.known(asked));
      for (const fileId of asked) if (!known.has(fileId)) await rendering.forget(fileId);
    }
  }
}
