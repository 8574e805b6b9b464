/** `npm run fuzz`: attacks an appliance of its own, and tells what it found with the seed to see it again. */
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Campaign } from './campaign.ts';
import { fuzzCostly } from './costly-section.ts';
import { fuzzDataSets } from './data-set-section.ts';
import { fuzzIdentifiers } from './identifier-section.ts';
import { type Options, parseOptions, type Section } from './options.ts';
import { fuzzStreams } from './stream-section.ts';
import { fuzzTls } from './tls-section.ts';
import { fuzzWeb } from './web-section.ts';

/** Beside the checkout: /tmp may be memory. */
const PLACE = resolve(import.meta.dirname, '..', '..', '.cache');
const CORPUS = join(import.meta.dirname, 'corpus');

const FUZZ: Record<Section, (campaign: Campaign) => Promise<void>> = {
  streams: fuzzStreams,
  'data-sets': fuzzDataSets,
  identifiers: fuzzIdentifiers,
  web: fuzzWeb,
  tls: fuzzTls,
  costly: fuzzCostly,
};

async function main(options: Options): Promise<void> {
  const folder = join(PLACE, `fuzz-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  console.log(`seed ${options.seed}`);
  const campaign = await Campaign.start(options, folder, CORPUS);
  stopOnRequest(campaign, folder);
  try {
    for (const section of options.sections) await FUZZ[section](campaign);
  } finally {
    await campaign.victim.end();
    rmSync(folder, { recursive: true, force: true });
  }
  const { findings } = campaign.findings;
  console.log(findings === 0 ? 'nothing found' : `${findings} findings, seed ${options.seed}, bytes in ${CORPUS}`);
  process.exitCode = findings === 0 ? 0 : 1;
}

function stopOnRequest(campaign: Campaign, folder: string): void {
  const stop = () => {
    void campaign.victim.end().then(() => {
      rmSync(folder, { recursive: true, force: true });
      process.exit(130);
    });
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect'] as const) process.once(signal, stop);
  // Whoever listens for 'disconnect' is kept alive by the channel of npm run.
  process.channel?.unref();
}

await main(parseOptions(process.argv.slice(2)));
