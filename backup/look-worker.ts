/** The process that looks into a backup or puts files back from it: a dead share must not hold the appliance up. */
import { asArchiveError } from '../src/errors.ts';
import { identitiesOf } from './encryption/key-ring.ts';
import { openForReading } from './encryption/target-keys.ts';
import { studiesOn } from './look.ts';
import { putBack, type Wanted } from './put-back.ts';
import { dropOldSnapshots } from './snapshot.ts';
import { Source } from './source.ts';
import { targetAt } from './target-at.ts';

/** What the parent asks for; plain values. `look`: a Patient ID, a Study Instance UID or a part of a name. */
export interface LookJob {
  dataDir: string;
  folder: string;
  siteId: string;
  act: { look: string } | { putBack: Wanted };
}

const SIGN_EVERY_MS = 200;
let told = 0;

process.on('message', (message: { job: LookJob } | 'stop') => {
  // Nothing is half written: files get their places one by one, whole.
  if (message === 'stop') process.exit(1);
  void perform(message.job);
});
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit(1));

async function perform({ dataDir, folder, siteId, act }: LookJob): Promise<void> {
  let done: object;
  try {
    const sealed = await targetAt(folder, siteId, dataDir);
    const target = await openForReading(sealed, await identitiesOf(undefined, dataDir));
    if ('look' in act) done = { kind: 'done', studies: await studiesOn(target, act.look) };
    else {
      await dropOldSnapshots(dataDir);
      const source = Source.open(dataDir);
      try {
        done = { kind: 'done', result: await putBack(source, target, act.putBack, onProgress) };
      } finally {
        source.close();
      }
    }
  } catch (error) {
    const { code, detail, cause } = asArchiveError(error);
    done = { kind: 'failed', code, detail: detail || String((cause as Error | undefined)?.stack ?? '') };
  }
  process.send?.(done, () => process.exit(0));
}

function onProgress(progress: object): void {
  const now = performance.now();
  if (now - told < SIGN_EVERY_MS) return;
  told = now;
  process.send?.({ kind: 'progress', progress });
}
