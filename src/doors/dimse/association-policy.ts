/** Decides on association requests with the configuration, the approved devices and the caller's address. */
import type { Config } from '../../config/settings.ts';
import { IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME } from '../../dicom/part10.ts';
import type { Log } from '../../log.ts';
import type { Verdict } from './association.ts';
import type { Access, Peer } from './conversation.ts';
import { type DeviceDirectory, isPrivateAddress } from './devices.ts';
import type { Line } from './line.ts';
import { judgeCertificate } from './peer-certificate.ts';
import { permissionsOf, type Service } from './services.ts';
import { type AssociateRequest, encodeAssociateAccept } from './upper-layer/acse.ts';
import { type Negotiated, negotiate, type Policy } from './upper-layer/negotiation.ts';

export interface PolicyDeps {
  readonly dicom: Config['dicom'];
  readonly directory: DeviceDirectory;
  /** The certificate of our authority, in PEM. */
  readonly authority: () => string;
  readonly log: Log;
  readonly onAccess: (access: Access) => void;
}

/** Gives the verdict on a request that came on a line, with log lines and refused accesses on record. */
export function createPolicy(deps: PolicyDeps): (request: AssociateRequest, line: Line) => Verdict {
  return (request, line) => {
    const peer = peerOf(request, line.address, deps.directory);
    const { aeTitle, strictCalledAe, unknownDevices, tlsClientCertificates } = deps.dicom;
    const certificate = judgeCertificate(line.tls, peer.device, tlsClientCertificates, deps.authority());
    const negotiated = negotiate(request, {
      aeTitle,
      strictCalledAe,
      unknownDevices,
      device: peer.device,
      privateAddress: isPrivateAddress(line.address),
      encryption: encryptionOf(line),
      certificateFits: certificate.fits,
    });
    const judgement = {
      negotiated,
      approved: peer.device !== undefined,
      calledOurs: request.calledAe === aeTitle,
      certificateTrusted: certificate.trusted,
    };
    if (negotiated.kind === 'rejected') {
      deps.log.warn({ peer: peer.who, calledAe: request.calledAe, code: negotiated.code }, 'association rejected');
      return { kind: 'rejected', rejection: negotiated.rejection, judgement };
    }
    logAccepted(deps, request, peer, negotiated.contexts.length);
    recordRefusals(deps, peer, negotiated.notAllowed);
    const answer = answerTo(request, negotiated, deps.dicom);
    return { kind: 'accepted', peer, contexts: negotiated.contexts, answer, judgement };
  };
}

function encryptionOf({ port, tls }: Line): Policy['encryption'] {
  if (tls !== null) return 'tls';
  return port === 'tls' ? 'clear-on-tls-port' : 'clear';
}

function peerOf(request: AssociateRequest, address: string, directory: DeviceDirectory): Peer {
  const { callingAe } = request;
  const device = directory.find(callingAe, address);
  return { callingAe, address, who: `${callingAe}@${address}`, device, may: permissionsOf(device) };
}

function logAccepted({ dicom, log }: PolicyDeps, request: AssociateRequest, peer: Peer, contexts: number): void {
  const facts = { peer: peer.who, approved: peer.device !== undefined, contexts };
  log.info(facts, 'association accepted');
  if (request.calledAe !== dicom.aeTitle) {
    log.warn({ peer: peer.who, calledAe: request.calledAe }, 'called by an AE title that is not ours');
  }
}

const ACTION_OF: Partial<Record<Service['name'], Access['action']>> = {
  store: 'store',
  find: 'query',
  get: 'retrieve',
  move: 'retrieve',
  worklist: 'query',
  mpps: 'mpps',
  commitment: 'commitment',
};

function recordRefusals({ onAccess }: PolicyDeps, peer: Peer, notAllowed: ReadonlySet<Service['name']>): void {
  for (const service of notAllowed) {
    const action = ACTION_OF[service];
    if (action === undefined) continue;
    onAccess({ action, who: peer.who, from: peer.address, detail: 'presentation context refused', outcome: 'refused' });
  }
}

function answerTo(
  request: AssociateRequest,
  negotiated: Extract<Negotiated, { kind: 'accepted' }>,
  dicom: Config['dicom'],
): Buffer {
  return encodeAssociateAccept({
    echoed: request.echoed,
    contexts: negotiated.answers,
    roles: negotiated.roles,
    extended: negotiated.extended,
    maximumLength: dicom.maxPduLength,
    implementationClassUid: IMPLEMENTATION_CLASS_UID,
    implementationVersion: IMPLEMENTATION_VERSION_NAME,
    answersAsynchronousOperations: request.proposesAsynchronousOperations,
  });
}
