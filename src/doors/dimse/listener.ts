/**
 * The DICOM door: a port without TLS and one for TLS (PS3.15 sections B.12, B.13), their connections, time limits and
 * end (PS3.8 section 9.1).
 */
import { createServer, type Server } from 'node:net';
import type { Archive } from '../../archive/archive.ts';
import type { AttemptFacts } from '../../attempts/attempt.ts';
import type { CommitmentRequests } from '../../commitment/commitment-requests.ts';
import type { Commitments } from '../../commitment/commitments.ts';
import type { Config } from '../../config/settings.ts';
import { asArchiveError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Worklist } from '../../worklist/worklist.ts';
import { Admission, limitsFor } from './admission.ts';
import { createPolicy } from './association-policy.ts';
import { boundedLog } from './bounded-log.ts';
import { type CommitmentTimes, createCommitmentLink } from './commitment-link.ts';
import type { Access } from './conversation.ts';
import { DeviceDirectory } from './devices.ts';
import { createHandlers } from './handlers.ts';
import { closePort, openPort } from './ports.ts';
import { Reception, type SharedSettings } from './reception.ts';
import type { Device } from './services.ts';
import { timeLimits } from './time-limits.ts';
import { type TlsCertificates, TlsHandshakes } from './tls-handshakes.ts';
import type { Transcode } from './transcode.ts';

export interface DimseDeps {
  readonly archive: Archive;
  readonly worklist: Worklist;
  readonly config: Config;
  /** The devices that are approved at present. */
  readonly devices: () => readonly Device[];
  /** Our own: for the TLS port, and to know those that our authority has made. */
  readonly certificates: TlsCertificates;
  readonly log: Log;
  /** Told of every access to patients' data, allowed or refused. */
  readonly onAccess: (access: Access) => void;
  /** Told of every connection at its end. */
  readonly onAttempt: (facts: AttemptFacts) => void;
  readonly commitments: Commitments;
  readonly commitmentRequests: CommitmentRequests;
  /** How long storage commitment waits for a device. */
  readonly commitmentTimes?: CommitmentTimes;
  /** Makes other transfer syntaxes for receivers that do not take the stored one; without it such images fail. */
  readonly transcode?: Transcode;
}

export interface DimseStats {
  /** Connections at present, with or without an association. */
  readonly connections: number;
  readonly associations: number;
}

/** The ports that are open. */
export interface DimsePorts {
  readonly port: number;
  /** Null: it is turned off, or could not be had. */
  readonly tlsPort: number | null;
  /** Why the port for TLS could not be had, in Korean and English. */
  readonly tlsProblem: string | null;
}

export interface DimseListener {
  /**
   * Opens the ports. Images come first: without a port for TLS it goes on, and says so.
   * @throws ArchiveError START_REFUSED when the port without TLS cannot be had
   */
  listen(): Promise<DimsePorts>;
  /** Stops accepting, lets stores under way finish for a few seconds, then ends every connection. */
  close(): Promise<void>;
  stats(): DimseStats;
}

/** How often host names that could not be resolved are tried again: after a power cut the router may come up last. */
const RESOLVE_MS = 60_000;

const SOCKET_OPTIONS = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 };

/** The DICOM listener of `config.dicom`; nothing is opened before `listen`. */
export function createDimseListener({
  archive,
  worklist,
  commitments,
  commitmentRequests,
  config,
  devices,
  certificates,
  onAccess,
  onAttempt,
  ...deps
}: DimseDeps): DimseListener {
  const { dicom } = config;
  const log = boundedLog(deps.log);
  const limits = timeLimits(dicom);
  const admission = new Admission(limitsFor(dicom));
  const directory = new DeviceDirectory(devices);
  const { aeTitle } = dicom;
  const link = createCommitmentLink({
    ...{ commitments, commitmentRequests, directory, devices, certificates, aeTitle, log, onAccess },
    times: deps.commitmentTimes ?? {},
  });
  const { handler: commitment, sent: onSent } = link;
  const { transcode } = deps;
  const handling = { archive, worklist, commitment, onSent, devices, certificates, aeTitle, log, transcode };
  const shared: SharedSettings = {
    maxPduLength: dicom.maxPduLength,
    admission,
    handlers: createHandlers(handling),
    limits,
    log,
    onAccess,
    decide: createPolicy({ dicom, directory, authority: () => certificates.authority, log, onAccess }),
  };
  const reception = new Reception({ shared, directory, onAttempt });
  const plain = createServer({ ...SOCKET_OPTIONS, pauseOnConnect: true }, (socket) => reception.takePlain(socket));
  const handshakes = new TlsHandshakes(certificates, dicom.tlsClientCertificates !== 'none');
  const tls = createServer(SOCKET_OPTIONS, (socket) => reception.takeTls(socket, handshakes));
  const watch = setInterval(() => reception.checkTime(), watchMs(limits.artimMs)).unref();
  const resolve = setInterval(() => void resolveHostNames(directory, log), RESOLVE_MS).unref();
  return {
    async listen() {
      const port = await openPort(plain, dicom.host, dicom.port, 'dicom.port');
      plain.on('error', (error) => log.error({ err: error }, 'the DICOM listener'));
      // Not waited for: a name server that does not answer must not keep the modalities waiting.
      void resolveHostNames(directory, log);
      await link.start();
      return { port, ...(await openTlsPort(tls, dicom, log)) };
    },
    async close() {
      await Promise.all([link.stop(), closeAll([plain, tls], reception, limits.closeMs)]);
      clearInterval(watch);
      clearInterval(resolve);
    },
    stats: () => ({ connections: admission.connections, associations: admission.associations }),
  };
}

async function openTlsPort(
  server: Server,
  { host, tlsPort }: Config['dicom'],
  log: Log,
): Promise<Omit<DimsePorts, 'port'>> {
  if (tlsPort === null) return { tlsPort, tlsProblem: null };
  try {
    const opened = await openPort(server, host, tlsPort, 'dicom.tlsPort');
    server.on('error', (error) => log.error({ err: error }, 'the DICOM listener for TLS'));
    return { tlsPort: opened, tlsProblem: null };
  } catch (error) {
    const { detail } = asArchiveError(error);
    log.error({ detail }, 'no port for DICOM over TLS');
    return { tlsPort: null, tlsProblem: detail };
  }
}

async function resolveHostNames(directory: DeviceDirectory, log: Log): Promise<void> {
  const unresolved = await directory.resolveHostNames();
  if (unresolved.length > 0) log.warn({ hosts: unresolved }, 'host names of devices that cannot be resolved');
}

/** Often enough for the shortest limit, and at least once a second. */
function watchMs(artimMs: number): number {
  return Math.max(50, Math.min(1000, artimMs / 4));
}

async function closeAll(servers: readonly Server[], reception: Reception, closeMs: number): Promise<void> {
  const closed = Promise.all([...servers.map(closePort), reception.close()]);
  const deadline = setTimeout(() => reception.destroy(), closeMs);
  await closed;
  clearTimeout(deadline);
}
