/** What we ask of other devices, for the other doors: answer us, take a study, say what you have, give us a study. */
import type { Archive } from '../../archive/archive.ts';
import type { Selection } from '../../archive/retrieve.ts';
import type { CommitmentRequests } from '../../commitment/commitment-requests.ts';
import type { DicomJson } from '../../dicom/dicom-json.ts';
import type { Access } from './conversation.ts';
import { echo } from './echo-scu.ts';
import { findStudies } from './find-scu.ts';
import { afterGrace } from './grace.ts';
import { type Caller, NO_PLACE } from './remote-request.ts';
import { destinationOf } from './requester-settings.ts';
import { type RetrieveRequest, retrieveStudy } from './retrieve-scu.ts';
import { SentReferences } from './sent-references.ts';
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
      const { aeTitle, host: address, askCommitment } = device;
      const taken = new SentReferences((references) => {
        if (askCommitment === true) void deps.commitmentRequests.sent({ aeTitle, address }, references);
      });
      const told = (delivery: Delivery) => {
        if (delivery.result !== 'failed') taken.add(delivery.instance);
        delivered(delivery);
      };
      const ending = { signal: afterGrace(signal), stops: () => signal.aborted };
      const outcome = await storeInstances(selection, { ...request, ...ending, delivered: told });
      taken.flush();
      return outcome.kind === 'failed' && signal.aborted ? { kind: 'stopped' } : outcome;
    },
  };
}
