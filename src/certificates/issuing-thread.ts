/** A thread that makes certificates and ends: the library takes 20 MB and a tenth of a second that nobody else should pay. */
import { parentPort, workerData } from 'node:worker_threads';
import { issue, type Job } from './issue.ts';

parentPort?.postMessage(issue(workerData as Job));
