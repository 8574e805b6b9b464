/** Everything of storage commitment that this door does, both sides, started and stopped together. */
import type { CommitmentRequests } from '../../commitment/commitment-requests.ts';
import type { Commitments } from '../../commitment/commitments.ts';
import type { InstanceReference } from '../../dicom/storage-commitment.ts';
import type { Log } from '../../log.ts';
import { CommitmentReporter } from './commitment-report.ts';
import { createCommitmentHandler } from './commitment-scp.ts';
import { askForCommitment } from './commitment-scu.ts';
import type { Access, RequestHandler } from './conversation.ts';
import type { DeviceDirectory } from './devices.ts';
import type { Destination, RequesterLimits } from './requester-settings.ts';
import type { Device } from './services.ts';
import type { TlsCertificates } from './tls-handshakes.ts';

/** Milliseconds. */
export interface CommitmentTimes {
  /** See ReporterSettings. */
  readonly silenceMs?: number;
  readonly answerMs?: number;
  /** See AskerSettings. */
  readonly stayMs?: number;
  readonly limits?: Partial<RequesterLimits>;
}

export interface CommitmentLinkDeps {
  readonly commitments: Commitments;
  readonly commitmentRequests: CommitmentRequests;
  readonly directory: DeviceDirectory;
  readonly devices: () => readonly Device[];
  readonly certificates: Pick<TlsCertificates, 'authority' | 'shown'>;
  /** Our own AE title. */
  readonly aeTitle: string;
  readonly log: Log;
  readonly onAccess: (access: Access) => void;
  readonly times: CommitmentTimes;
}

export interface CommitmentLink {
  /** Answers N-ACTION and N-EVENT-REPORT. */
  readonly handler: RequestHandler;
  /** A device has taken these: it is asked to vouch for them when it is set so. */
  sent(to: Pick<Destination, 'aeTitle' | 'host' | 'port'>, references: readonly InstanceReference[]): void;
  start(): Promise<void>;
  /** Ends what is under way. */
  stop(): Promise<void>;
}

export function createCommitmentLink({
  commitments,
  commitmentRequests,
  times,
  ...deps
}: CommitmentLinkDeps): CommitmentLink {
  const stopping = new AbortController();
  const reporter = new CommitmentReporter({ ...deps, ...times, signal: stopping.signal });
  const handler = createCommitmentHandler({ commitments, commitmentRequests, reporter });
  const asking = { ...deps, ...times, onReport: handler };
  return {
    handler,
    sent({ aeTitle, host, port }, references) {
      const device = deps.devices().find((one) => one.aeTitle === aeTitle && one.host === host && one.port === port);
      if (device?.askCommitment !== true || references.length === 0) return;
      void commitmentRequests.sent({ aeTitle, address: host }, references);
    },
    async start() {
      await commitments.start((report) => reporter.deliver(report));
      await commitmentRequests.start((asked) => askForCommitment(asked, asking, stopping.signal));
    },
    async stop() {
      stopping.abort();
      await Promise.all([commitments.stop(), commitmentRequests.stop()]);
    },
  };
}
