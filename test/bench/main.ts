/** `npm run bench`: the appliance beside Debian's Orthanc and DCMTK in one interleaved run, and the disk's limits. */
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startAppliance } from './appliance-target.ts';
import { conditions, load } from './conditions.ts';
import { benchDisk, commitMs } from './disk-bench.ts';
import { Measures } from './measures.ts';
import { type Options, parseOptions } from './options.ts';
import { canHaveOwnNetwork, inOwnNetwork, runInOwnNetwork } from './own-network.ts';
import { startPeers } from './peers.ts';
import { AHEAD } from './previews-made.ts';
import { endAll } from './programs.ts';
import { benchQuery } from './query-bench.ts';
import { ratioTable } from './ratio-table.ts';
import { benchRetrieve, RETRIEVED_PREVIEWS } from './retrieve-bench.ts';
import { benchScale } from './scale/scale-bench.ts';
import { peakMb } from './server-cost.ts';
import { benchStore } from './store-bench.ts';
import type { Target } from './target.ts';
import { benchView } from './view-bench.ts';

/** Beside the checkout: /tmp may be memory, where a flush costs nothing. */
const PLACE = resolve(import.meta.dirname, '..', '..', '.cache');

async function main(options: Options): Promise<void> {
  const folder = join(PLACE, `bench-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  const targets: Target[] = [];
  stopOnRequest(folder);
  try {
    const before = load();
    if (options.scale) {
      const lines = await benchScale(folder);
      for (const line of [...conditions(folder), `load before ${before}, after ${load()}`, '', ...lines])
        console.log(line);
      return;
    }
    targets.push(await startAppliance(join(folder, 'ours'), false));
    if (inOwnNetwork) targets.push(...(await startPeers(folder)));
    else console.log('Peers need a private network namespace (Linux, root, iproute2): measuring ours alone.');
    await measure(options, targets, folder, before);
  } finally {
    for (const target of targets) await target.end();
    await endAll();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(options: Options, targets: Target[], folder: string, before: string): Promise<void> {
  const { rounds, quick, sections } = options;
  const measures = new Measures();
  const start = performance.now();
  for (let round = 0; round < rounds; round++) benchDisk(folder, measures);
  const commit = commitMs(folder);
  if (sections.has('store')) await benchStore(targets, folder, rounds, quick, measures);
  if (sections.has('query')) await benchQuery(targets, folder, rounds, quick, measures);
  if (sections.has('retrieve') || sections.has('view')) await prepareAhead(targets, folder);
  if (sections.has('retrieve')) await benchRetrieve(targets, folder, rounds, measures);
  const ours = targets.find(({ name }) => name === 'ours');
  const viewed =
    sections.has('view') && ours
      ? await benchView(ours, folder, sections.has('retrieve') ? RETRIEVED_PREVIEWS : 0)
      : [];
  const seconds = Math.round((performance.now() - start) / 1000);
  for (const line of conditions(folder)) console.log(line);
  console.log(`load before ${before}, after ${load()} · ${rounds} rounds${quick ? ' (quick)' : ''} in ${seconds} s`);
  console.log(`SQLite commit FULL ${commit.toFixed(2)} ms · most memory ${memory(targets)}\n`);
  for (const line of [...ratioTable(measures), '', ...viewed]) console.log(line);
}

/**
 * From here on previews are made, as in a clinic: by a new appliance, which has not to make those of all images before.
 * What is read back is stored by the section itself.
 */
async function prepareAhead(targets: Target[], folder: string): Promise<void> {
  await targets[0]?.end();
  targets[0] = await startAppliance(join(folder, AHEAD), true);
}

function memory(targets: readonly Target[]): string {
  return targets.map(({ name, pid }) => `${name} ${peakMb(pid).toFixed(0)} MB`).join(', ');
}

/** Nothing is left running, and no gigabytes on the disk, when the bench is stopped half way. */
function stopOnRequest(folder: string): void {
  const stop = () => {
    void endAll().then(() => {
      rmSync(folder, { recursive: true, force: true });
      process.exit(130);
    });
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect'] as const) process.once(signal, stop);
}

const options = parseOptions(process.argv.slice(2));
if (inOwnNetwork || !canHaveOwnNetwork()) await main(options);
else process.exitCode = await runInOwnNetwork();
