/** Retrieval as SCU: a study of another PACS comes to us, by C-MOVE to our own AE title or by C-GET (PS3.4 C.4.2, C.4.3). */
import type { Archive } from '../../archive/archive.ts';
import type { DicomJson } from '../../dicom/dicom-json.ts';
import { SOP_CLASS, STORAGE_SOP_CLASSES, type StorageSopClass } from '../../dicom/sop-classes.ts';
import { EXPLICIT_LE, IMPLICIT_LE, TRANSFER_SYNTAXES } from '../../dicom/transfer-syntaxes.ts';
import { COMMAND, type CommandSet, ELEMENT } from './command-set.ts';
import type { Access } from './conversation.ts';
import { afterGrace } from './grace.ts';
import { type Asked, ask, type Caller, cancel, NO_PLACE, proposalOf, type Refusal } from './remote-request.ts';
import { openAssociation, type Requester } from './requester.ts';
import { type AssociationFailure, destinationOf, type Proposal, type Serving } from './requester-settings.ts';
import { type Device, serviceOf } from './services.ts';
import { STATUS } from './status-of.ts';
import { createStoreHandler } from './store-scp.ts';
import { MAX_CONTEXTS } from './upper-layer/negotiation.ts';

/** Sub-operations as the device counts them; what is not given is 0. */
export interface RetrieveCounts {
  readonly remaining: number;
  readonly completed: number;
  readonly failed: number;
  readonly warning: number;
}

export interface Retrieved {
  readonly kind: 'done' | 'stopped';
  readonly status: number;
  readonly counts: RetrieveCounts;
}

export interface RetrieveRequest extends Caller {
  readonly archive: Pick<Archive, 'receive'>;
  readonly onAccess: (access: Access) => void;
  readonly studyInstanceUid: string;
  /** move: the device has to know our AE title and address. */
  readonly by: 'move' | 'get';
  readonly progress: (counts: RetrieveCounts) => void;
  readonly signal: AbortSignal;
}

/** Without a sign of life; a device that fetches from a tape or the cloud is slow. */
const PATIENCE_MS = 5 * 60_000;

/** Has a study sent to us. What arrives is stored like anything else. Never throws for what the device does. */
export async function retrieveStudy(
  device: Device,
  request: RetrieveRequest,
): Promise<Retrieved | Refusal | AssociationFailure> {
  const { callingAe, certificates, log, by } = request;
  const destination = destinationOf(device, certificates);
  if (destination === undefined) return NO_PLACE;
  const proposals = by === 'move' ? [proposalOf(SOP_CLASS.StudyRootMove)] : getProposals();
  const serving = by === 'move' ? {} : { serving: storing(device, request) };
  const ending = { signal: afterGrace(request.signal) };
  const association = await openAssociation({ destination, callingAe, proposals, log, ...ending, ...serving });
  if (association.kind === 'failed') return request.signal.aborted ? stopped(NO_COUNTS) : association;
  try {
    return await retrieve(association, request);
  } finally {
    await association.release();
  }
}

async function retrieve(
  association: Requester,
  { by, callingAe, studyInstanceUid, progress, signal }: RetrieveRequest,
): Promise<Retrieved | Refusal | AssociationFailure> {
  const identifier: DicomJson = {
    '00080052': { vr: 'CS', Value: ['STUDY'] },
    '0020000D': { vr: 'UI', Value: [studyInstanceUid] },
  };
  const asked = ask(
    association,
    by === 'move'
      ? { sopClassUid: SOP_CLASS.StudyRootMove, field: COMMAND.moveRq, identifier, moveDestination: callingAe }
      : { sopClassUid: SOP_CLASS.StudyRootGet, field: COMMAND.getRq, identifier },
  );
  if (asked === undefined) return { kind: 'failed', reason: 'nothing-accepted', detail: 'retrieval was not accepted' };
  const stop = () => cancel(association, asked);
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  try {
    return await finalAnswer(association, asked, { progress, signal });
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

async function finalAnswer(
  association: Requester,
  { messageId }: Asked,
  { progress, signal }: Pick<RetrieveRequest, 'progress' | 'signal'>,
): Promise<Retrieved | Refusal | AssociationFailure> {
  let counts = NO_COUNTS;
  for (;;) {
    const answer = await association.response(messageId, { within: PATIENCE_MS, renewed: true });
    if (answer.kind === 'failed') return signal.aborted ? stopped(counts) : answer;
    const { command } = answer;
    const status = command.number(ELEMENT.status) ?? STATUS.cannotUnderstand;
    counts = countsOf(command);
    if (status === STATUS.pending) progress(counts);
    else if (status === STATUS.cancelled) return stopped(counts);
    else if (status === STATUS.success || command.number(ELEMENT.failed) !== undefined) {
      return { kind: 'done', status, counts };
    } else return { kind: 'refused', status, detail: command.text(ELEMENT.errorComment) };
  }
}

const NO_COUNTS: RetrieveCounts = { remaining: 0, completed: 0, failed: 0, warning: 0 };

/** @param counts the last that the device has told */
function stopped(counts: RetrieveCounts): Retrieved {
  return { kind: 'stopped', status: STATUS.cancelled, counts };
}

function countsOf(command: CommandSet): RetrieveCounts {
  return {
    remaining: command.number(ELEMENT.remaining) ?? 0,
    completed: command.number(ELEMENT.completed) ?? 0,
    failed: command.number(ELEMENT.failed) ?? 0,
    warning: command.number(ELEMENT.warning) ?? 0,
  };
}

/** What comes on our own association is stored as if the device had called us. */
function storing(device: Device, { archive, onAccess }: RetrieveRequest): Serving {
  const service = (abstractSyntax: string) => {
    const found = serviceOf(abstractSyntax);
    return found?.name === 'store' ? found : undefined;
  };
  return { service, handlers: { store: createStoreHandler(archive) }, device, onAccess };
}

/** C-GET, and as many storage SOP classes as fit: uncompressed first, since the device chooses one syntax for each. */
export function getProposals(): Proposal[] {
  const compressed = TRANSFER_SYNTAXES.filter(({ encapsulated, retired }) => encapsulated && retired !== true);
  const transferSyntaxes = [EXPLICIT_LE, IMPLICIT_LE, ...compressed.map(({ uid }) => uid)];
  const role = { scu: false, scp: true };
  const storage = likelyClasses().map(({ uid }) => ({ abstractSyntax: uid, transferSyntaxes, role }));
  return [proposalOf(SOP_CLASS.StudyRootGet), ...storage];
}

/** Classes that another PACS hardly has for a clinic: they give way, since not all fit beside C-GET. */
const RARE =
  /DICOS|Eddy Current|Thermography|Delivery Instruction|Radiation (?!Dose)|Treatment|Protocol|Measurements|Encapsulated (STL|OBJ|MTL)|Implant|Imaging Agent|Surface Scan|Intravascular|Annotation|Content Assessment|Physician Intent|Enhanced (Continuous )?RT|Patient Position|Map Storage|Basic Structured Display|Legacy Converted|Tractography|Spectacle/;
/** Retired, and still in old archives. */
const OLD = /^(Ultrasound|Nuclear Medicine|X-Ray Angiographic)/;

function likelyClasses(): readonly StorageSopClass[] {
  const isLikely = ({ name, retired }: StorageSopClass) =>
    (retired === true ? OLD : /./).test(name) && !RARE.test(name);
  const others = STORAGE_SOP_CLASSES.filter((one) => one.retired !== true && !isLikely(one));
  return [...STORAGE_SOP_CLASSES.filter(isLikely), ...others].slice(0, MAX_CONTEXTS - 1);
}
