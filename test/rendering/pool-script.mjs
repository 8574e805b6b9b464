/** A worker that does what it is told, also badly; plain JavaScript, run by the pool's test. */
import { parentPort } from 'node:worker_threads';

parentPort.on('message', (request) => {
  if (request === 'close') return parentPort.close();
  const { input } = request;
  if (input.do === 'throw') parentPort.postMessage({ error: { code: 'NOT_FOUND', detail: 'told to', stack: '' } });
  else if (input.do === 'bug') parentPort.postMessage({ error: { detail: 'a bug', stack: 'somewhere' } });
  else if (input.do === 'crash')
    setImmediate(() => {
      throw new Error('crash');
    });
  else if (input.do === 'exit') process.exit(3);
  else if (input.do === 'hang') for (;;);
  else if (input.do === 'eat') for (const all = []; ; ) all.push(new Array(100_000).fill({}));
  else setTimeout(() => parentPort.postMessage({ output: input.value }), input.ms ?? 0);
});
