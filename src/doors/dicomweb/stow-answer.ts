/** The answer of STOW-RS: what became of every instance (PS3.18 section 10.5.3, PS3.3 section C.12.1.1.17). */
import { ERRORS } from '../../error-table.ts';
import type { FailedPart, PartOutcome } from './stow-part.ts';

/** Warning Reason (0008,1196): the instance is kept apart until staff has decided, so it differs from what is shown. */
const KEPT_APART = 0xb000;

type Attributes = Record<string, { vr: string; Value: unknown[] }>;

/**
 * 200 when all is stored, 202 when something failed or was kept apart, 409 when nothing is stored, 507 when that is for
 * want of room.
 */
export function stowStatus(outcomes: readonly PartOutcome[]): number {
  const failed = outcomes.filter((outcome) => outcome.kind === 'failed');
  if (failed.length === outcomes.length) {
    const full = failed.length > 0 && failed.every(({ code }) => ERRORS[code].http === 507);
    return full ? 507 : 409;
  }
  return failed.length > 0 || outcomes.some((outcome) => outcome.kind === 'needs-attention') ? 202 : 200;
}

/** The response message as DICOM JSON. `root` is the absolute URL of the service. */
export function stowMessage(outcomes: readonly PartOutcome[], root: string): Attributes {
  const stored = outcomes.filter((outcome) => outcome.kind !== 'failed');
  const failed = outcomes.filter((outcome) => outcome.kind === 'failed');
  const studies = new Set(stored.map((outcome) => outcome.studyInstanceUid));
  const [study] = studies;
  return {
    ...(studies.size === 1 && { '00081190': ur(`${root}/studies/${study}`) }),
    ...(failed.length > 0 && { '00081198': { vr: 'SQ', Value: failed.map(failedItem) } }),
    ...(stored.length > 0 && {
      '00081199': {
        vr: 'SQ',
        Value: stored.map((outcome) => ({
          '00081150': ui(outcome.sopClassUid),
          '00081155': ui(outcome.sopInstanceUid),
          '00081190': ur(
            `${root}/studies/${outcome.studyInstanceUid}/series/${outcome.seriesInstanceUid}` +
              `/instances/${outcome.sopInstanceUid}`,
          ),
          ...(outcome.kind === 'needs-attention' && { '00081196': { vr: 'US', Value: [KEPT_APART] } }),
        })),
      },
    }),
  };
}

function failedItem({ code, sopClassUid, sopInstanceUid }: FailedPart): Attributes {
  return {
    ...(sopClassUid !== '' && { '00081150': ui(sopClassUid) }),
    ...(sopInstanceUid !== '' && { '00081155': ui(sopInstanceUid) }),
    '00081197': { vr: 'US', Value: [ERRORS[code].dimse] },
  };
}

function ui(value: string) {
  return { vr: 'UI', Value: [value] };
}

function ur(value: string) {
  return { vr: 'UR', Value: [value] };
}
