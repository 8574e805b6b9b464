/** A render process that does what it is told, also badly; run by the pool's test. */
import { spill } from '../../src/rendering/spill.ts';

process.on('message', ({ input }) => {
  const answer = (reply, ms = 0) => setTimeout(() => process.send(reply), ms);
  if (input.do === 'throw') answer({ error: { code: 'NOT_FOUND', detail: 'told to', stack: '' } });
  else if (input.do === 'bug') answer({ error: { detail: 'a bug', stack: 'somewhere' } });
  else if (input.do === 'crash') throw new Error('crash');
  else if (input.do === 'segfault') process.kill(process.pid, 'SIGSEGV');
  else if (input.do === 'exit') process.exit(3);
  else if (input.do === 'hang') for (;;);
  else if (input.do === 'eat') for (const all = []; ; ) all.push(new Array(100_000).fill({}));
  else if (input.do === 'tire') answer({ output: process.pid, tired: true });
  else if (input.do === 'pid') answer({ output: process.pid });
  else if (input.do === 'bytes') answer({ output: spill(bytesOf(input), 3) });
  else answer({ output: input.value }, input.ms);
});

function bytesOf({ lengths }) {
  return {
    all: lengths.map((length, n) => ({ n, bytes: Buffer.alloc(length, n + 1) })),
    table: new Float64Array([1.5]),
  };
}
