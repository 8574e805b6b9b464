/** The process of a restore drill, beside the appliance: takes one job from its parent, tells signs of life and the report. */
import { rm } from 'node:fs/promises';
import { drill } from '../../backup/drill.ts';
import type { DrillWorkerJob } from '../../backup/drill-folder.ts';
import { identitiesOf } from '../../backup/encryption/key-ring.ts';
import { openForReading } from '../../backup/encryption/target-keys.ts';
import { dropOldSnapshots, roomyFolder } from '../../backup/snapshot.ts';
import { Source } from '../../backup/source.ts';
import { targetAt } from '../../backup/target-at.ts';
import { asArchiveError } from '../errors.ts';
import { drillOnAppliance } from './drill-on-appliance.ts';

/** Beside the databases: the sample, and what a start makes. */
const SCRATCH_BYTES = 512 * 1024 * 1024;
const SIGN_EVERY_MS = 200;

process.on('message', (message: { job: DrillWorkerJob } | 'stop') => {
  // Nothing is half written by a drill.
  if (message === 'stop') process.exit(1);
  void perform(message.job);
});
// Ctrl+C in a terminal reaches the whole group: the parent decides, and tells.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit(1));

async function perform({ dataDir, folder, siteId, remembered, turn }: DrillWorkerJob): Promise<void> {
  let done: object;
  try {
    await dropOldSnapshots(dataDir);
    const sealed = await targetAt(folder, siteId, dataDir);
    const target = await openForReading(sealed, await identitiesOf(undefined, dataDir));
    const scratch = await roomyFolder(dataDir, SCRATCH_BYTES);
    const source = Source.open(dataDir);
    try {
      const report = await drill({ source, target, scratch, turn, remembered, startOn: drillOnAppliance, onProgress });
      done = { kind: 'done', report };
    } finally {
      source.close();
      await rm(scratch, { recursive: true, force: true });
    }
  } catch (error) {
    const { code, detail, cause } = asArchiveError(error);
    done = { kind: 'failed', code, detail: detail || String((cause as Error | undefined)?.stack ?? '') };
  }
  process.send?.(done, () => process.exit(0));
}

let told = 0;
let bytesDone = 0;
function onProgress(bytes: number): void {
  bytesDone += bytes;
  const now = performance.now();
  if (now - told < SIGN_EVERY_MS) return;
  told = now;
  process.send?.({ kind: 'progress', progress: { bytesDone, bytesTotal: 0, files: 0 } });
}
