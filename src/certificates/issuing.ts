/** Has certificates made by a thread of their own (see issuing-thread.ts). */
import { Worker } from 'node:worker_threads';
import type { Issued, Job } from './issue.ts';

export function issueInThread(job: Job): Promise<Issued> {
  const worker = new Worker(new URL('./issuing-thread.ts', import.meta.url), { workerData: job });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the issuing thread ended with ${code}`)));
  });
}
