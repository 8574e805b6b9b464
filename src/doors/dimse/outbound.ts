/** What we ask of other devices, for the other doors: answer us, take a study, say what you have, give us a study. */
import type { Archive } from '../../archive/archive.ts';
import type { Selection } from '../../archive/retrieve.ts';
import type { CommitmentRequests } from '../../commitment/commitment-requests.ts';
import type { DicomJson } from '../../dicom/dicom-json.ts';
import type { InstanceReference } from '../../dicom/storage-commitment.ts';
import type { Access } from './conversation.ts';
import { echo } from './echo-scu.ts';
import { findStudies } from './find-scu.ts';
import { type Caller, NO_PLACE } from './remote-request.ts';
import { destinationOf } from './requester-settings.ts';
import { type RetrieveRequest, retrieveStudy } from './retrieve-scu.ts';
import type { Device } from './services.ts';
import { type Delivery, type StoreOutcome, storeInstances } from './store-scu.ts';
import type { Transcode } from './transcode.ts';

export interface OutboundDeps extends Caller {
  readonly archive: Pick<Archive, 'receive' | 'retrieve'>;
  readonly onAccess: (access: Access) => void;
  /** Asks devices that are set so about what they have taken. */
  readonly commitmentRequests: Pick<CommitmentRequests, 'sent'>;
  /** Makes other transfer syntaxes for devices that do not take the stored one. */
  readonly transcode?: Transcode;
}

export interface SendOptions {
  readonly delivered: (delivery: Delivery) => void;
  readonly signal: AbortSignal;
}

/** None of them throws for what the device does. */
export function createOutbound(deps: OutboundDeps) {
  return {
    echo: (device: Device) => echo(device, deps),
    find: (device: Device, keys: DicomJson) => findStudies(device, keys, deps),
    fetch: (device: Device, request: Pick<RetrieveRequest, 'studyInstanceUid' | 'by' | 'progress' | 'signal'>) =>
      retrieveStudy(device, { ...deps, ...request }),
    async send(device: Device, selection: Selection, { delivered, signal }: SendOptions): Promise<StoreOutcome> {
      const destination = destinationOf(device, deps.certificates);
      if (destination === undefined) return NO_PLACE;
      const { callingAe, log, archive, transcode } = deps;
      const request = { destination, callingAe, log, transcode, retriever: archive.retrieve };
      const taken: InstanceReference[] = [];
      const told = (delivery: Delivery) => {
        if (delivery.result !== 'failed') taken.push(referenceOf(delivery));
        delivered(delivery);
      };
      const outcome = await storeInstances(selection, { ...request, stops: () => signal.aborted, delivered: told });
      const { aeTitle, host: address, askCommitment } = device;
      if (askCommitment === true && taken.length > 0) void deps.commitmentRequests.sent({ aeTitle, address }, taken);
      return outcome;
    },
  };
}

function referenceOf({ instance: { sopClassUid, sopInstanceUid } }: Delivery): InstanceReference {
  return { sopClassUid, sopInstanceUid };
}
