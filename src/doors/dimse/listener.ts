/** The DICOM door: a TCP listener of our own, its connections, their time limits and their end (PS3.8 section 9.1). */
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Archive } from '../../archive/archive.ts';
import type { AttemptFacts } from '../../attempts/attempt.ts';
import type { Config } from '../../config/settings.ts';
import { ArchiveError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Worklist } from '../../worklist/worklist.ts';
import { Admission, limitsFor } from './admission.ts';
import { Association, type AssociationSettings } from './association.ts';
import { createPolicy } from './association-policy.ts';
import { boundedLog } from './bounded-log.ts';
import type { Access } from './conversation.ts';
import { DeviceDirectory, plainAddress } from './devices.ts';
import { createHandlers } from './handlers.ts';
import type { Device } from './services.ts';
import { timeLimits } from './time-limits.ts';
import { Trail } from './trail.ts';

export interface DimseDeps {
  readonly archive: Archive;
  readonly worklist: Worklist;
  readonly config: Config;
  /** The devices that are approved at present. */
  readonly devices: () => readonly Device[];
  readonly log: Log;
  /** Told of every access to patients' data, allowed or refused. */
  readonly onAccess: (access: Access) => void;
  /** Told of every connection at its end. */
  readonly onAttempt: (facts: AttemptFacts) => void;
}

export interface DimseStats {
  /** Connections at present, with or without an association. */
  readonly connections: number;
  readonly associations: number;
}

export interface DimseListener {
  /** Opens the port. Throws ArchiveError START_REFUSED when it cannot be had. */
  listen(): Promise<{ port: number }>;
  /** Stops accepting, lets stores under way finish for a few seconds, then ends every connection. */
  close(): Promise<void>;
  stats(): DimseStats;
}

type SharedSettings = Omit<AssociationSettings, 'address' | 'familiar' | 'trail'>;

/** How often host names that could not be resolved are tried again: after a power cut the router may come up last. */
const RESOLVE_MS = 60_000;

/** The DICOM listener of `config.dicom`; nothing is opened before `listen`. */
export function createDimseListener({
  archive,
  worklist,
  config,
  devices,
  onAccess,
  onAttempt,
  ...deps
}: DimseDeps): DimseListener {
  const { dicom } = config;
  const log = boundedLog(deps.log);
  const limits = timeLimits(dicom);
  const admission = new Admission(limitsFor(dicom.maxAssociations));
  const directory = new DeviceDirectory(devices);
  const settings: SharedSettings = {
    maxPduLength: dicom.maxPduLength,
    admission,
    handlers: createHandlers(archive, worklist, dicom.aeTitle),
    limits,
    log,
    onAccess,
    decide: createPolicy({ dicom, directory, log, onAccess }),
  };
  const associations = new Set<Association>();
  const server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 }, (socket) =>
    accept(socket, { settings, directory, associations, onAttempt }),
  );
  const watch = setInterval(() => checkTime(associations), watchMs(limits.artimMs));
  watch.unref();
  const resolve = setInterval(() => void resolveHostNames(directory, log), RESOLVE_MS);
  resolve.unref();
  return {
    async listen() {
      const port = await open(server, dicom);
      server.on('error', (error) => log.error({ err: error }, 'the DICOM listener'));
      // Not waited for: a name server that does not answer must not keep the modalities waiting.
      void resolveHostNames(directory, log);
      return { port };
    },
    async close() {
      await closeAll(server, associations, limits.closeMs);
      clearInterval(watch);
      clearInterval(resolve);
    },
    stats: () => ({ connections: admission.connections, associations: admission.associations }),
  };
}

async function resolveHostNames(directory: DeviceDirectory, log: Log): Promise<void> {
  const unresolved = await directory.resolveHostNames();
  if (unresolved.length > 0) log.warn({ hosts: unresolved }, 'host names of devices that cannot be resolved');
}

interface Reception {
  readonly settings: SharedSettings;
  readonly directory: DeviceDirectory;
  readonly associations: Set<Association>;
  readonly onAttempt: DimseDeps['onAttempt'];
}

function accept(socket: Socket, { settings, directory, associations, onAttempt }: Reception): void {
  const address = plainAddress(socket.remoteAddress);
  const familiar = directory.mayCallFrom(address);
  const trail = new Trail(address, 'plain', onAttempt);
  const association = new Association(socket, { ...settings, address, familiar, trail });
  if (!settings.admission.enter(association)) {
    trail.ends('over-limit');
    settings.log.warn({ peer: address }, 'connection closed: too many');
    socket.destroy();
    return;
  }
  associations.add(association);
  socket.on('close', () => associations.delete(association));
}

/** Often enough for the shortest limit, and at least once a second. */
function watchMs(artimMs: number): number {
  return Math.max(50, Math.min(1000, artimMs / 4));
}

function checkTime(associations: ReadonlySet<Association>): void {
  const now = performance.now();
  for (const association of associations) association.checkTime(now);
}

async function open(server: Server, { host, port }: Config['dicom']): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    const refuse = (cause: NodeJS.ErrnoException) => reject(portRefused(host, port, cause));
    server.once('error', refuse);
    server.listen({ host, port }, () => {
      server.off('error', refuse);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}

function portRefused(host: string, port: number, cause: NodeJS.ErrnoException): ArchiveError {
  const [ko, en] =
    cause.code === 'EADDRINUSE'
      ? ['다른 프로그램이 이미 쓰고 있습니다', 'another program uses it already']
      : [`열 수 없습니다 (${cause.code})`, `it cannot be opened (${cause.code})`];
  const detail =
    `DICOM 포트 ${host}:${port}: ${ko}. config.json의 dicom.host와 dicom.port를 확인해 주세요. / ` +
    `DICOM port ${host}:${port}: ${en}. Please check dicom.host and dicom.port in config.json.`;
  return new ArchiveError('START_REFUSED', detail, { cause });
}

async function closeAll(server: Server, associations: ReadonlySet<Association>, closeMs: number): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const association of associations) association.close();
  const deadline = setTimeout(() => {
    for (const association of associations) association.destroy();
  }, closeMs);
  await closed;
  clearTimeout(deadline);
}
