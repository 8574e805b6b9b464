/** The process that looks for backup disks: a dead share among the places it looks at must not hold the appliance up. */
import { findDisks } from './find-disks.ts';

export interface FinderJob {
  /** For the words of a failure. */
  folder: string;
  siteId: string;
  places?: readonly string[];
}

process.on('message', async (message: { job: FinderJob } | 'stop') => {
  if (message === 'stop') process.exit(1);
  const { siteId, places } = message.job;
  const folders = await findDisks(siteId, places);
  process.send?.({ kind: 'done', folders }, () => process.exit(0));
});
process.on('disconnect', () => process.exit(1));
