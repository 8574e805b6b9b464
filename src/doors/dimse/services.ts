/** What this door serves: SOP class → command, who may use it, transfer syntaxes. Everything unknown counts as storage. */
import type { Config } from '../../config/settings.ts';
import { isNonStorageSopClass, SOP_CLASS } from '../../dicom/sop-classes.ts';
import { EXPLICIT_BE, EXPLICIT_LE, IMPLICIT_LE } from '../../dicom/transfer-syntaxes.ts';
import { isStorableUid } from '../../dicom/uid.ts';
import { COMMAND } from './command-set.ts';

export type Device = Config['devices'][number];
/** 'commitment': every approved device may ask whether its images are safe, and report on ours. */
export type Permission = Device['may'][number] | 'commitment';

export interface Service {
  readonly name: 'echo' | 'store' | 'find' | 'get' | 'move' | 'worklist' | 'mpps' | 'commitment';
  /** The command fields of its requests (PS3.7 Annex E). */
  readonly commands: readonly number[];
  /** What a device must be allowed to do; null = everybody who is let in. */
  readonly permission: Permission | null;
  /** What identifiers can be read and written in; null = any, since the bytes stay opaque. */
  readonly transferSyntaxes: ReadonlySet<string> | null;
}

const IDENTIFIER_SYNTAXES: ReadonlySet<string> = new Set([IMPLICIT_LE, EXPLICIT_LE, EXPLICIT_BE]);

const STORAGE: Service = { name: 'store', commands: [COMMAND.storeRq], permission: 'store', transferSyntaxes: null };

const FIND: Service = {
  name: 'find',
  commands: [COMMAND.findRq],
  permission: 'query',
  transferSyntaxes: IDENTIFIER_SYNTAXES,
};
const GET: Service = {
  name: 'get',
  commands: [COMMAND.getRq],
  permission: 'retrieve',
  transferSyntaxes: IDENTIFIER_SYNTAXES,
};

const MOVE: Service = {
  name: 'move',
  commands: [COMMAND.moveRq],
  permission: 'retrieve',
  transferSyntaxes: IDENTIFIER_SYNTAXES,
};

const SERVICES: ReadonlyMap<string, Service> = new Map<string, Service>([
  [
    SOP_CLASS.Verification,
    { name: 'echo', commands: [COMMAND.echoRq], permission: null, transferSyntaxes: IDENTIFIER_SYNTAXES },
  ],
  [SOP_CLASS.PatientRootFind, FIND],
  [SOP_CLASS.StudyRootFind, FIND],
  [SOP_CLASS.PatientRootGet, GET],
  [SOP_CLASS.StudyRootGet, GET],
  [SOP_CLASS.PatientRootMove, MOVE],
  [SOP_CLASS.StudyRootMove, MOVE],
  [
    SOP_CLASS.ModalityWorklistFind,
    { name: 'worklist', commands: [COMMAND.findRq], permission: 'worklist', transferSyntaxes: IDENTIFIER_SYNTAXES },
  ],
  [
    SOP_CLASS.ModalityPerformedProcedureStep,
    {
      name: 'mpps',
      commands: [COMMAND.createRq, COMMAND.setRq],
      permission: 'worklist',
      transferSyntaxes: IDENTIFIER_SYNTAXES,
    },
  ],
  [
    SOP_CLASS.StorageCommitmentPushModel,
    {
      name: 'commitment',
      commands: [COMMAND.actionRq, COMMAND.eventReportRq],
      permission: 'commitment',
      transferSyntaxes: IDENTIFIER_SYNTAXES,
    },
  ],
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
