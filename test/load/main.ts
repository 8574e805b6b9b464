/** `npm run load`: what a crowd of modalities and a very large object do to an appliance of its own. */
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Victim } from '../fuzz/victim.ts';
import { LargeObject } from './large-object.ts';
import { getLarge, storeLarge, wadoLarge } from './large-transfer.ts';
import { sendAtOnce } from './modalities.ts';

/** Beside the checkout: /tmp may be memory. */
const PLACE = resolve(import.meta.dirname, '..', '..', '.cache');
const WARM_MB = 64;

const { values } = parseArgs({
  options: {
    modalities: { type: 'string', default: '50' },
    kilobytes: { type: 'string', default: '512' },
    rounds: { type: 'string', default: '3' },
    megabytes: { type: 'string', default: '2048' },
  },
});

const folder = join(PLACE, `load-${process.pid}`);
mkdirSync(folder, { recursive: true });
const appliance = await Victim.start(folder);
try {
  await crowds();
  await large();
} finally {
  await appliance.end();
  rmSync(folder, { recursive: true, force: true });
}

async function crowds(): Promise<void> {
  const count = Number(values.modalities);
  for (let round = 1; round <= Number(values.rounds); round++) {
    const { answers, slowestMs } = await sendAtOnce(appliance.dicomPort, count, Number(values.kilobytes) << 10);
    const well = answers.filter((answer) => answer === '0000').length;
    console.log(`${count} modalities at once, ${values.kilobytes} KB each: ${well} Success, slowest ${ms(slowestMs)}`);
    if (well < count || slowestMs > 5000) process.exitCode = 1;
  }
}

async function large(): Promise<void> {
  await everyWay(new LargeObject(WARM_MB), () => undefined);
  const blocks = appliance.blocked().length;
  const object = new LargeObject(Number(values.megabytes));
  const before = appliance.memoryMb();
  console.log(
    `an object of ${(object.length / 2 ** 30).toFixed(2)} GiB; resident memory before ${before.toFixed(0)} MB`,
  );
  await everyWay(object, (what, took) => {
    const grown = appliance.memoryMb('peak') - before;
    const speed = object.length / 2 ** 20 / (took / 1000);
    console.log(`${what}: ${ms(took)}, ${speed.toFixed(0)} MiB/s, memory at most +${grown.toFixed(0)} MB`);
    if (grown > 64) process.exitCode = 1;
  });
  const blocked = appliance.blocked().slice(blocks);
  console.log(
    `event loop busy over 50 ms at a stretch: ${blocked.length} times, longest ${Math.max(0, ...blocked)} ms`,
  );
}

async function everyWay(object: LargeObject, report: (what: string, took: number) => void): Promise<void> {
  const sha256 = object.sha256();
  const ways: [string, () => Promise<number | string>, number | string][] = [
    ['C-STORE', () => storeLarge(appliance.dicomPort, object), 0],
    ['C-GET', () => getLarge(appliance.dicomPort, object), sha256],
    ['WADO-RS', () => wadoLarge(appliance.httpUrl, object), sha256],
  ];
  for (const [what, go, expected] of ways) {
    await appliance.resetPeak();
    const begin = performance.now();
    const got = await go();
    if (got !== expected) throw new Error(`${what}: ${got} instead of ${expected}`);
    report(what, performance.now() - begin);
  }
}

function ms(time: number): string {
  return `${(time / 1000).toFixed(2)} s`;
}
