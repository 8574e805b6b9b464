/** Mutated identifiers and command sets for every service that the appliance accepts, on a valid association. */

import { associateRq, dataPdus, IMPLICIT, pdu } from '../support/dimse-bytes.ts';
import type { Campaign } from './campaign.ts';
import { messageOf } from './messages.ts';
import { mutateDataSet } from './mutate-data-set.ts';
import { mutate } from './mutate-parts.ts';
import { Random } from './random.ts';
import { runStream } from './run-stream.ts';
import type { Stream } from './streams.ts';
import { ABSTRACT_SYNTAXES } from './syntaxes.ts';
import { encode, type Part } from './wire-parts.ts';

const SERVICES = Object.values(ABSTRACT_SYNTAXES).filter((uid) => !uid.startsWith('1.2.840.10008.5.1.4.1.1.'));
const STORAGE = [ABSTRACT_SYNTAXES.secondaryCapture, ABSTRACT_SYNTAXES.digitalXRay];

export async function fuzzIdentifiers(campaign: Campaign): Promise<void> {
  await campaign.run('identifiers', async (n) => {
    const stream = identifierStream(campaign.seed, n);
    const { unanswered } = await runStream(campaign.victim.dicomPort, stream);
    if (unanswered !== null) campaign.unanswered('identifiers', n, unanswered, stream.pieces);
  });
}

/** Three requests of one service, each with a damaged identifier or command set. */
export function identifierStream(seed: number, n: number): Stream {
  const random = new Random(seed, 'identifiers', n);
  const abstractSyntax = random.pick(SERVICES);
  const context = { id: 1, abstractSyntax, transferSyntaxes: [IMPLICIT] };
  const forImages = STORAGE.map((uid, index) => ({
    id: index * 2 + 3,
    abstractSyntax: uid,
    transferSyntaxes: [IMPLICIT],
  }));
  const roles = STORAGE.map((uid) => [uid, 1, 1] as const);
  const pieces = [
    associateRq({
      callingAe: random.pick(['MODALITY', 'VIEWER', 'STRANGER']),
      contexts: [context, ...forImages],
      roles,
    }),
  ];
  for (let id = 1; id <= 3; id++) pieces.push(...requestOf(context, id, random));
  if (random.chance(0.5)) pieces.push(pdu(5, Buffer.alloc(4)));
  return { pieces, pauseMs: 0, ending: 'wait', answers: random.pick(['success', 'refuse', 'silence', 'nonsense']) };
}

function requestOf(context: Parameters<typeof messageOf>[0], id: number, random: Random): Buffer[] {
  const parts = messageOf(context, id, random);
  if (random.chance(0.3)) {
    mutate((parts[0] as Part).children, random);
    return parts.map(encode);
  }
  const [command, ...rest] = parts.map(encode) as [Buffer, ...Buffer[]];
  if (rest.length === 0) return [command];
  const original = Buffer.concat(rest.map((each) => each.subarray(12)));
  const { dataSet } = mutateDataSet({ dataSet: original, transferSyntaxUid: IMPLICIT }, random);
  return [command, ...dataPdus(context.id, dataSet.subarray(0, 3 << 20), 16_384)];
}
