/** Valid conversations of a peer, as trees of parts: the starting point of every mutated one. */
import { messageOf } from './messages.ts';
import type { Random } from './random.ts';
import { ABSTRACT_SYNTAXES, type ProposedContext, TRANSFER_SYNTAXES } from './syntaxes.ts';
import { counted, item, type Part, pdu, raw } from './wire-parts.ts';

const CALLERS = ['MODALITY', 'VIEWER', 'STRANGER', '', 'A'.repeat(16)];

/** A conversation as top-level PDUs: association, messages, an end. */
export function conversation(random: Random): Part[] {
  const contexts = contextsOf(random);
  const parts = [associateRq(contexts, random)];
  for (let n = random.below(5), id = 1; n > 0; n--, id++) parts.push(...messageOf(random.pick(contexts), id, random));
  const end = random.fraction();
  if (end < 0.4) parts.push(pdu(5, raw(Buffer.alloc(4))));
  else if (end < 0.5) parts.push(pdu(7, raw(Buffer.alloc(4))));
  return parts;
}

function contextsOf(random: Random): ProposedContext[] {
  const abstractSyntaxes = Object.values(ABSTRACT_SYNTAXES);
  return Array.from({ length: random.between(1, 6) }, (_, index) => ({
    id: index * 2 + 1,
    abstractSyntax: random.pick(abstractSyntaxes),
    transferSyntaxes: Array.from({ length: random.between(1, 3) }, () => random.pick(TRANSFER_SYNTAXES)),
  }));
}

function associateRq(contexts: readonly ProposedContext[], random: Random): Part {
  const title = (ae: string) => raw(Buffer.from(ae.padEnd(16), 'latin1'));
  return pdu(
    1,
    raw(Buffer.from([0, 1, 0, 0])),
    title(random.chance(0.9) ? 'CLINICPACS' : 'SOMEBODY'),
    title(random.chance(0.6) ? 'MODALITY' : random.pick(CALLERS)),
    raw(Buffer.alloc(32)),
    item(0x10, raw('1.2.840.10008.3.1.1.1')),
    ...contexts.map(({ id, abstractSyntax, transferSyntaxes }) =>
      item(
        0x20,
        raw(Buffer.from([id, 0, 0, 0])),
        item(0x30, raw(abstractSyntax)),
        ...transferSyntaxes.map((uid) => item(0x40, raw(uid))),
      ),
    ),
    item(0x50, ...userItems(contexts, random)),
  );
}

/** PS3.8 Annex D.1 and PS3.7 Annex D.3.3: with roles, identity, windows and extended negotiation now and then. */
function userItems(contexts: readonly ProposedContext[], random: Random): Part[] {
  const maximum = Buffer.alloc(4);
  maximum.writeUInt32BE(random.pick([0, 8, 128, 4096, 16384, 131072, 0xffffffff]));
  const items = [item(0x51, raw(maximum)), item(0x52, raw('1.2.3.4'))];
  if (random.chance(0.2)) items.push(item(0x53, raw(Buffer.from([0, random.below(9), 0, random.below(9)]))));
  for (const { abstractSyntax } of contexts) {
    if (random.chance(0.4))
      items.push(item(0x54, counted(abstractSyntax), raw(Buffer.from([random.below(2), random.below(2)]))));
    if (random.chance(0.1)) items.push(item(0x56, counted(abstractSyntax), raw(random.bytes(random.below(6)))));
    if (random.chance(0.1)) items.push(item(0x57, counted(abstractSyntax), counted('1.2.840.10008.4.2'), counted('')));
  }
  items.push(item(0x55, raw('FUZZ_1')));
  if (random.chance(0.2))
    items.push(item(0x58, raw(Buffer.from([random.between(1, 5), 1])), counted('user'), counted('secret')));
  return items;
}
