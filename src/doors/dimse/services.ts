/** What this door serves: SOP class → command, who may use it, transfer syntaxes. Everything unknown counts as storage. */
import type { Config } from '../../config/settings.ts';
import { isNonStorageSopClass, SOP_CLASS } from '../../dicom/sop-classes.ts';
import { EXPLICIT_BE, EXPLICIT_LE, IMPLICIT_LE } from '../../dicom/transfer-syntaxes.ts';
import { isStorableUid } from '../../dicom/uid.ts';
import { COMMAND } from './command-set.ts';
import {
  EXTENDED_QUERY,
  EXTENDED_RETRIEVAL,
  EXTENDED_STORAGE,
  EXTENDED_WORKLIST,
  type ExtendedService,
} from './extended-negotiation.ts';

export type Device = Config['devices'][number];
/** 'commitment': every approved device may ask whether its images are safe, and report on ours. */
export type Permission = Device['may'][number] | 'commitment';

export interface Service {
  readonly name: 'echo' | 'store' | 'find' | 'get' | 'move' | 'worklist' | 'mpps' | 'commitment';
  /** The command fields of its requests (PS3.7 Annex E). */
  readonly commands: readonly number[];
  /** What a device must be allowed to do; null = everybody who is let in. */
  readonly permission: Permission | null;
  /**
   * What a device must be allowed to do to be SCP of it where it asks for that role (PS3.7 Annex D.3.3.4): a C-GET sends it
   * images, a commitment report may come on an association of its own. Null = roles are not negotiated.
   */
  readonly scpRole: Permission | null;
  /** What it does beyond its baseline; null = nothing that is negotiated. */
  readonly extended: ExtendedService | null;
  /** What identifiers can be read and written in; null = any, since the bytes stay opaque. */
  readonly transferSyntaxes: ReadonlySet<string> | null;
}

const IDENTIFIER_SYNTAXES: ReadonlySet<string> = new Set([IMPLICIT_LE, EXPLICIT_LE, EXPLICIT_BE]);

/** Every standard, retired, private and future class that is not known as something else. */
export const STORAGE: Service = {
  name: 'store',
  commands: [COMMAND.storeRq],
  permission: 'store',
  scpRole: 'retrieve',
  extended: EXTENDED_STORAGE,
  transferSyntaxes: null,
};

function withIdentifier(
  name: Service['name'],
  commands: readonly number[],
  permission: Permission | null,
  extended: ExtendedService | null = null,
): Service {
  const scpRole = name === 'commitment' ? permission : null;
  return { name, commands, permission, scpRole, extended, transferSyntaxes: IDENTIFIER_SYNTAXES };
}

const ECHO = withIdentifier('echo', [COMMAND.echoRq], null);
const FIND = withIdentifier('find', [COMMAND.findRq], 'query', EXTENDED_QUERY);
const GET = withIdentifier('get', [COMMAND.getRq], 'retrieve', EXTENDED_RETRIEVAL);
const MOVE = withIdentifier('move', [COMMAND.moveRq], 'retrieve', EXTENDED_RETRIEVAL);
const WORKLIST = withIdentifier('worklist', [COMMAND.findRq], 'worklist', EXTENDED_WORKLIST);
const MPPS = withIdentifier('mpps', [COMMAND.createRq, COMMAND.setRq], 'worklist');
const COMMITMENT = withIdentifier('commitment', [COMMAND.actionRq, COMMAND.eventReportRq], 'commitment');

/** SOP classes that are served beside storage. */
export const SERVICES: ReadonlyMap<string, Service> = new Map<string, Service>([
  [SOP_CLASS.Verification, ECHO],
  [SOP_CLASS.PatientRootFind, FIND],
  [SOP_CLASS.PatientRootMove, MOVE],
  [SOP_CLASS.PatientRootGet, GET],
  [SOP_CLASS.StudyRootFind, FIND],
  [SOP_CLASS.StudyRootMove, MOVE],
  [SOP_CLASS.StudyRootGet, GET],
  [SOP_CLASS.ModalityWorklistFind, WORKLIST],
  [SOP_CLASS.ModalityPerformedProcedureStep, MPPS],
  [SOP_CLASS.StorageCommitmentPushModel, COMMITMENT],
]);

/** The service behind an abstract syntax; undefined when it is known as something that this door does not serve. */
export function serviceOf(abstractSyntax: string): Service | undefined {
  const service = SERVICES.get(abstractSyntax);
  if (service !== undefined) return service;
  return isStorableUid(abstractSyntax) && !isNonStorageSopClass(abstractSyntax) ? STORAGE : undefined;
}

const UNKNOWN_DEVICE: readonly Permission[] = ['store'];

/** What a caller may do. An unknown device may store, so that no image is lost before it is approved, and sees nothing. */
export function permissionsOf(device: Device | undefined): ReadonlySet<Permission> {
  return new Set(device === undefined ? UNKNOWN_DEVICE : [...device.may, 'commitment' as const]);
}
