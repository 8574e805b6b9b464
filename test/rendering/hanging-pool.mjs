/** An appliance's pool whose process never comes to an end; prints its process id. Run by the test that kills it. */
import { WorkerPool } from '../../src/rendering/worker-pool.ts';

const script = new URL('./pool-script.mjs', import.meta.url);
const [, , spillFolder] = process.argv;
const pool = new WorkerPool({ script, size: 1, idleMs: 60_000, heapMb: 64, spillFolder });
const options = { timeoutMs: 600_000, failure: 'NOT_RENDERABLE' };
const pid = await pool.run('bulk', { do: 'pid' }, options);
pool.run('bulk', { do: 'hang' }, options);
process.stdout.write(`${pid}\n`);
