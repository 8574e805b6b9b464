/** Does the appliance live, does it serve, has anything stayed behind? */
import { setTimeout as sleep } from 'node:timers/promises';
import { IMPLICIT, identifier, STUDY_ROOT_FIND } from '../support/dimse-bytes.ts';
import { DimseClient, status, VERIFICATION_CONTEXT } from '../support/dimse-client.ts';
import { makeInstance } from '../support/synthetic.ts';
import type { Findings } from './findings.ts';
import type { Victim } from './victim.ts';

const GROWTH_MB = 100;
const SETTLE_MS = 60_000;

export interface Baseline {
  memoryMb: number;
  sockets: number;
  all: number;
  /** How often the event loop had been busy too long, at start mostly. */
  blocks: number;
}

/** Of an appliance that has served several at once: threads that start on demand are there. */
export async function baselineOf(victim: Victim): Promise<Baseline> {
  await Promise.all(Array.from({ length: 8 }, () => probe(victim)));
  const { sockets, all } = victim.descriptors();
  return { memoryMb: victim.wholeMemoryMb(), sockets, all, blocks: victim.blocked().length };
}

/** What an approved device gets in the middle of it all: Success for C-ECHO, C-STORE and C-FIND. Returns milliseconds. */
export async function probe(victim: Victim): Promise<number> {
  const start = performance.now();
  const image = makeInstance({ pixelBytes: 5000 });
  const contexts = [
    VERIFICATION_CONTEXT,
    [image.sopClassUid, [image.transferSyntaxUid]],
    [STUDY_ROOT_FIND, [IMPLICIT]],
  ] as const;
  const client = await DimseClient.associate({ port: victim.dicomPort, callingAe: 'PROBE', contexts });
  const echoed = await client.echo();
  const stored = status(await client.store(image));
  const keys = identifier({ '00080052': 'STUDY', '0020000D': image.studyInstanceUid });
  const found = await client.find(keys);
  await client.release();
  const answers = [echoed, stored, found.status, found.dataSets.length - 1];
  if (answers.some((answer) => answer !== 0)) throw new Error(`C-ECHO, C-STORE, C-FIND answered ${answers}`);
  return performance.now() - start;
}

/** After a batch: it lives, it serves, and its log tells of no defect. */
export async function checkHealth(victim: Victim, findings: Findings, where: string): Promise<void> {
  if (!victim.lives) {
    findings.addCrash(where, victim.process.output().slice(-3000));
    return;
  }
  await probe(victim).catch((error: unknown) => findings.add(where, `the probe failed: ${error}`));
  for (const line of findings.newDefects(victim)) findings.add(where, line.slice(0, 1500));
}

/** At the end: nothing has stayed behind. Idle threads and kept connections end some time after the last case. */
export async function checkLeftovers(
  victim: Victim,
  since: Baseline,
  findings: Findings,
  where: string,
): Promise<void> {
  const end = performance.now() + SETTLE_MS;
  let left = leftBehind(victim, since);
  while (left !== undefined && performance.now() < end) {
    await sleep(200);
    left = leftBehind(victim, since);
  }
  if (left !== undefined) findings.add(where, left);
}

function leftBehind(victim: Victim, since: Baseline): string | undefined {
  const { sockets, images, all } = victim.descriptors();
  if (sockets > since.sockets) return `${sockets - since.sockets} sockets more than before`;
  if (images > 0) return `${images} image files are still open`;
  if (all > since.all) return `${all - since.all} descriptors more than before`;
  const grown = victim.wholeMemoryMb() - since.memoryMb;
  return grown > GROWTH_MB ? `${grown.toFixed(0)} MB of memory more than before` : undefined;
}
