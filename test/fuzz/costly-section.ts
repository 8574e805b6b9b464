/**
 * What costs as much as can be for its length, one after the other: none of it may keep the event loop busy for more than
 * 50 ms at a stretch, or modalities wait.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  command,
  dataPdus,
  IMPLICIT,
  pdu,
  pdv,
  STUDY_ROOT_FIND,
  STUDY_ROOT_GET,
  STUDY_ROOT_MOVE,
} from '../support/dimse-bytes.ts';
import { DimseClient } from '../support/dimse-client.ts';
import type { Campaign } from './campaign.ts';
import { type CostlyDataSet, costlyIdentifiers, costlyImages } from './costly-data-sets.ts';
import { costlyRequests } from './costly-requests.ts';
import { ABSTRACT_SYNTAXES } from './syntaxes.ts';
import { sendWeb } from './web-connection.ts';

interface Case {
  readonly name: string;
  run(campaign: Campaign): Promise<unknown>;
}

const COMMITMENT_INSTANCE = '1.2.840.10008.1.20.1.1';
/** Event loop delays are written down a little later. */
const SETTLE_MS = 150;

/** Command field and more elements of the command set, by name. */
const SERVICES = {
  'C-FIND': [STUDY_ROOT_FIND, { 256: 0x20, 1792: 0 }],
  worklist: [ABSTRACT_SYNTAXES.worklist, { 256: 0x20, 1792: 0 }],
  'C-MOVE': [STUDY_ROOT_MOVE, { 256: 0x21, 1536: 'NOWHERE', 1792: 0 }],
  'C-GET': [STUDY_ROOT_GET, { 256: 0x10, 1792: 0 }],
  'N-CREATE': [ABSTRACT_SYNTAXES.performedStep, { 256: 0x140, 4096: '1.2.3.4' }],
  'N-ACTION': [ABSTRACT_SYNTAXES.commitment, { 256: 0x130, 4097: COMMITMENT_INSTANCE, 4104: 1 }],
  'N-EVENT-REPORT': [ABSTRACT_SYNTAXES.commitment, { 256: 0x100, 4096: COMMITMENT_INSTANCE, 4098: 1 }],
} as const;

export async function fuzzCostly(campaign: Campaign): Promise<void> {
  const cases = allCases();
  const longest: [ms: number, name: string][] = [];
  await campaign.runAlone('costly', cases.length, async (n) => {
    const { name, run } = cases[n] as Case;
    const before = campaign.victim.blocked().length;
    await run(campaign);
    await sleep(SETTLE_MS);
    const worst = Math.max(0, ...campaign.victim.blocked().slice(before));
    longest.push([worst, name]);
    if (worst > 0) campaign.found('costly', n, `${name}: the event loop was busy for ${worst} ms`);
  });
  const [worst = [0, 'none']] = longest.sort(([a], [b]) => b - a);
  campaign.report(`${longest.length} requests, longest busy stretch of the event loop ${worst[0]} ms (${worst[1]})`);
}

function allCases(): Case[] {
  const images = costlyImages().map((image) => ({
    name: `C-STORE ${image.name}`,
    run: (to: Campaign) => store(to, image),
  }));
  const requests = Object.entries(SERVICES).flatMap(([service, [sopClass, elements]]) =>
    costlyIdentifiers(service.startsWith('N-ACT') || service.startsWith('N-EV') ? 2 << 20 : 1 << 20).map(
      (identifier) => ({
        name: `${service} ${identifier.name}`,
        run: (to: Campaign) => ask(to, sopClass, elements, identifier),
      }),
    ),
  );
  const web = costlyRequests().map(({ name, bytes }) => ({
    name: `HTTP ${name}`,
    run: (to: Campaign) => sendWeb(to.victim.httpUrl, bytes),
  }));
  return [...images, ...requests, ...web];
}

async function store({ victim }: Campaign, { transferSyntaxUid, dataSet }: CostlyDataSet): Promise<void> {
  const sopClassUid = ABSTRACT_SYNTAXES.secondaryCapture;
  const contexts = [[sopClassUid, [transferSyntaxUid]]] as const;
  const client = await DimseClient.associate({ port: victim.dicomPort, contexts });
  await client.store({ sopClassUid, sopInstanceUid: '1.2.3', transferSyntaxUid, dataSet });
  await client.release();
}

async function ask(
  { victim }: Campaign,
  sopClass: string,
  elements: Record<number, string | number>,
  { dataSet }: CostlyDataSet,
): Promise<void> {
  const client = await DimseClient.associate({ port: victim.dicomPort, contexts: [[sopClass, [IMPLICIT]]] });
  const requested = elements[256] === 0x130 ? 3 : 2;
  client.connection.send(pdu(4, pdv(1, 3, command({ [requested]: sopClass, 272: 1, 2048: 1, ...elements }))));
  for (const part of dataPdus(1, dataSet, 16_384)) await client.connection.sendAll(part);
  await client.message();
  await client.release();
}
