/** Presentation contexts for sending: each SOP class in the syntax that it is stored in, and one to fall back to. */
import type { Selection, StoredInstance } from '../../archive/retrieve.ts';
import { EXPLICIT_LE, IMPLICIT_LE } from '../../dicom/transfer-syntaxes.ts';
import type { Proposal } from './requester-settings.ts';

type Kind = Pick<StoredInstance, 'sopClassUid' | 'transferSyntaxUid'>;

/** SOP class and transfer syntax in one string. */
export type KindKey = string;

const MOST_CONTEXTS = 128;
const FALLBACK: readonly string[] = [EXPLICIT_LE, IMPLICIT_LE];

export function keyOfKind({ sopClassUid, transferSyntaxUid }: Kind): KindKey {
  return `${sopClassUid} ${transferSyntaxUid}`;
}

/** What an association is proposed for: the kind that is needed now, then as many of the others as fit. */
export function storeProposals(
  all: Selection['kinds'],
  needed: Kind,
): { kinds: ReadonlySet<KindKey>; proposals: Proposal[] } {
  const kinds = new Set<KindKey>();
  const proposals: Proposal[] = [];
  const classes = new Set<string>();
  for (const kind of [needed, ...all]) {
    const { sopClassUid, transferSyntaxUid } = kind;
    if (kinds.has(keyOfKind(kind))) continue;
    const more = classes.has(sopClassUid) ? [[transferSyntaxUid]] : [[transferSyntaxUid], FALLBACK];
    if (proposals.length + more.length > MOST_CONTEXTS) continue;
    kinds.add(keyOfKind(kind));
    classes.add(sopClassUid);
    for (const transferSyntaxes of more) proposals.push({ abstractSyntax: sopClassUid, transferSyntaxes });
  }
  return { kinds, proposals };
}
