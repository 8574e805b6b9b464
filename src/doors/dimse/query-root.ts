/** The two Query/Retrieve information models: Patient Root and Study Root (PS3.4 sections C.6.1 and C.6.2). */
import type { Query } from '../../archive/query.ts';
import { type DataSet, texts } from '../../dicom/data-set.ts';
import { SOP_CLASS } from '../../dicom/sop-classes.ts';
import { ArchiveError } from '../../errors.ts';

export type QueryRoot = 'PATIENT' | 'STUDY';

const PATIENT_ROOT: ReadonlySet<string> = new Set([
  SOP_CLASS.PatientRootFind,
  SOP_CLASS.PatientRootMove,
  SOP_CLASS.PatientRootGet,
]);

/** Levels of each model, from the top. */
export const LEVELS_OF: Readonly<Record<QueryRoot, readonly Query['level'][]>> = {
  PATIENT: ['PATIENT', 'STUDY', 'SERIES', 'IMAGE'],
  STUDY: ['STUDY', 'SERIES', 'IMAGE'],
};

/** The model that is asked on a presentation context of this abstract syntax. */
export function queryRootOf(abstractSyntax: string): QueryRoot {
  return PATIENT_ROOT.has(abstractSyntax) ? 'PATIENT' : 'STUDY';
}

/** The Query/Retrieve Level of an identifier. Throws ArchiveError QUERY_INVALID for one that its model does not have. */
export function levelOf(identifier: DataSet, root: QueryRoot): Query['level'] {
  const level = texts(identifier, 0x00080052)[0] ?? '';
  const known = LEVELS_OF[root].find((name) => name === level);
  if (known === undefined) throw new ArchiveError('QUERY_INVALID', `Query/Retrieve Level '${level.slice(0, 16)}'`);
  return known;
}
