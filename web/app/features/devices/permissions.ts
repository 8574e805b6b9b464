/** What a device may do with us, and what a connection shows that it wants to do. */
import type { Attempt } from '../../api/devices.ts';

export const PERMISSIONS = ['store', 'query', 'retrieve', 'worklist'] as const;
export type Permission = (typeof PERMISSIONS)[number];

const FIND = /^1\.2\.840\.10008\.5\.1\.4\.1\.2\.[123]\.1$/;
const MOVE_OR_GET = /^1\.2\.840\.10008\.5\.1\.4\.1\.2\.[123]\.[23]$/;
/** Modality Worklist (PS3.4 annex K) and Modality Performed Procedure Step (annex F). */
const WORKLIST: ReadonlySet<string> = new Set(['1.2.840.10008.5.1.4.31', '1.2.840.10008.3.1.2.3.3']);
const VERIFICATION = '1.2.840.10008.1.1';

/** By the services that it proposed; a device that proposed none of them wants to store. */
export function wantedBy({ contexts }: Pick<Attempt, 'contexts'>): Permission[] {
  const wanted = new Set(contexts.flatMap(({ abstractSyntax }) => permissionFor(abstractSyntax.uid)));
  return wanted.size === 0 ? ['store'] : PERMISSIONS.filter((permission) => wanted.has(permission));
}

function permissionFor(uid: string): Permission[] {
  if (uid === VERIFICATION) return [];
  if (FIND.test(uid)) return ['query'];
  if (MOVE_OR_GET.test(uid)) return ['retrieve'];
  return [WORKLIST.has(uid) ? 'worklist' : 'store'];
}
