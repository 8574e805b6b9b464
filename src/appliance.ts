/** The whole appliance: the only place that knows everyone. Starts in order, stops in reverse. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Backup } from '../backup/backup.ts';
import type { Wanted } from '../backup/put-back.ts';
import { refuseUnfinishedRestore } from '../backup/restore-journal.ts';
import { Accounts } from './accounts/accounts.ts';
import { Archive } from './archive/archive.ts';
import { Attempts } from './attempts/attempts.ts';
import { Audit } from './audit/record.ts';
import { Certificates, type Note } from './certificates/certificates.ts';
import { CommitmentRequests } from './commitment/commitment-requests.ts';
import { Commitments } from './commitment/commitments.ts';
import type { LiveSettings } from './config/live-settings.ts';
import type { Config } from './config/settings.ts';
import { createDicomWebRoutes } from './doors/dicomweb/routes.ts';
import type { Access } from './doors/dimse/conversation.ts';
import { createDimseListener, type DimseListener } from './doors/dimse/listener.ts';
import { createOutbound } from './doors/dimse/outbound.ts';
import { createTranscode } from './doors/dimse/transcode.ts';
import { createHttpServer } from './doors/http/app.ts';
import { createRestRoutes } from './doors/rest/routes.ts';
import { Previews } from './followers/previews/previews.ts';
import type { Log } from './log.ts';
import { Transfers } from './outbound/transfers.ts';
import { Rendering } from './rendering/rendering.ts';
import { lockDataFolder } from './storage/data-folder-lock.ts';
import { Worklist } from './worklist/worklist.ts';

const ROOT = resolve(import.meta.dirname, '..');
const DRILL = join(import.meta.dirname, 'commands', 'drill-worker.ts');
const FOLDERS = { app: join(ROOT, 'web', 'app', 'dist'), viewer: join(ROOT, 'web', 'viewer', 'dist') };

export interface ApplianceSettings {
  dataDir: string;
  settings: LiveSettings;
  log: Log;
  environment?: Record<string, string | undefined>;
}

export interface Appliance {
  readonly config: Config;
  readonly archive: Archive;
  readonly worklist: Worklist;
  readonly accounts: Accounts;
  readonly attempts: Attempts;
  readonly audit: Audit;
  readonly backup: Backup;
  readonly certificates: Certificates;
  readonly dimse: DimseListener;
  readonly dicomPort: number;
  /** Null: there is none. */
  readonly dicomTlsPort: number | null;
  readonly httpPort: number;
  /** Null: there is none. */
  readonly httpsPort: number | null;
  /** What staff has to know beside the warnings of the settings. */
  readonly notes: readonly Note[];
  /** The one-time token of the first administrator; undefined when there is a user. */
  readonly firstRunToken: string | undefined;
  /** Stops accepting, lets what is under way finish, writes what waits. */
  close(): Promise<void>;
}

/** @throws ArchiveError START_REFUSED with a sentence for the person at the screen */
export async function startAppliance(settings: ApplianceSettings): Promise<Appliance> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    return { ...(await start(settings, closers)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Starts one after the other; what must be undone at the end goes onto `closers`. */
async function start(
  { dataDir, settings, log, environment = {} }: ApplianceSettings,
  closers: (() => Promise<unknown>)[],
): Promise<Omit<Appliance, 'close'>> {
  const config = settings.current;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  closers.push(await lockDataFolder(dataDir));
  await refuseUnfinishedRestore(dataDir);
  const certificates = await Certificates.open({
    dataDir,
    clinic: config.clinic.name,
    hostNames: config.http.allowedHosts,
    log,
  });
  closers.push(() => certificates.close());
  const archive = await Archive.open({ dataDir, ...config.storage }, log);
  closers.push(() => archive.close());
  const { database } = archive;
  const audit = new Audit(database, log);
  closers.push(() => audit.flush());
  const attempts = await Attempts.open(database, log);
  closers.push(() => attempts.flush());
  const accounts = await Accounts.open({ database, audit, log, environment });
  const rendering = new Rendering({ dataDir, log });
  closers.push(() => rendering.close());
  const notices = () => settings.current.backup.notices;
  const backup = new Backup({ dataDir, config, database, log, notices, drillProgram: DRILL });
  const worklist = new Worklist({ database, log, timeZone: config.clinic.timeZone });
  const { commitmentHours, commitmentMostOpen: mostOpen } = config.dicom;
  const patience = commitmentHours * 3_600_000;
  const commitments = new Commitments({ archive, log, mostOpen, patience });
  const commitmentRequests = new CommitmentRequests({ database, log, mostOpen, patience });
  const transcode = createTranscode(rendering, archive.retrieve, log);
  const dimse = createDimseListener({
    archive,
    worklist,
    commitments,
    commitmentRequests,
    config,
    devices: () => settings.current.devices,
    certificates,
    log,
    onAccess: (access) => audit.record({ door: 'dimse', ...access }),
    onAttempt: (facts) => attempts.record(facts),
    transcode,
  });
  const { port: dicomPort, tlsPort: dicomTlsPort, tlsProblem } = await dimse.listen();
  closers.push(() => dimse.close());
  const callingAe = config.dicom.aeTitle;
  const onAccess = (access: Access) => audit.record({ door: 'dimse', ...access });
  const outbound = createOutbound({ callingAe, certificates, log, archive, onAccess, commitmentRequests, transcode });
  const transfers = new Transfers(log);
  closers.push(() => transfers.close());
  const doors = {
    archive,
    worklist,
    commitments,
    attempts,
    rendering,
    accounts,
    audit,
    certificates,
    config,
    settings,
    testDevice: outbound.echo,
    outbound,
    transfers,
    log,
    dicomPort,
    dicomTlsPort,
    version: version(),
  };
  const backupControl = {
    status: () => backup.status(),
    run: () => backup.runNow(),
    acknowledgeAlarm: (id: string, who: string) => backup.acknowledgeAlarm(id, who),
    makeKeys: () => backup.makeKeys(),
    confirmKeys: (ending: string) => backup.confirmKeys(ending),
    stopEncryption: () => backup.stopEncryption(),
    testNotices: () => backup.testNotices(),
    look: (folder: string, text: string) => backup.look(folder, text),
    putBack: (folder: string, wanted: Wanted) => backup.putBack(folder, wanted),
    forgetDisk: (number: number) => backup.forgetDisk(number),
  };
  const handlers = [createDicomWebRoutes(doors), createRestRoutes({ ...doors, backup: backupControl })];
  const http = createHttpServer({ config, accounts, audit, certificates, log, handlers, folders: FOLDERS });
  const { port: httpPort, httpsPort, httpsProblem } = await http.listen();
  closers.push(() => http.close());
  const previews = new Previews({ archive, rendering, log, defaultRoot: dicomWebRoot(config.http.host, httpPort) });
  if (config.previews.ahead) previews.start();
  closers.push(() => previews.stop());
  await backup.start();
  closers.push(() => backup.stop());
  const firstRunToken = accounts.firstRun.token;
  const problems = [tlsProblem, httpsProblem].filter((problem) => problem !== null);
  const notes = [...certificates.notes, ...problems.map(noteOf)];
  const ports = { dicomPort, dicomTlsPort, httpPort, httpsPort };
  const parts = { archive, worklist, accounts, attempts, audit, backup, certificates, dimse };
  return { config, ...parts, ...ports, notes, firstRunToken };
}

/** @param detail 'Korean / English', as failures to start carry it */
function noteOf(detail: string): Note {
  const [ko = detail, en = detail] = detail.split(' / ');
  return { ko, en };
}

/** As the browser on this machine has it. */
function dicomWebRoot(host: string, port: number): string {
  return `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}/dicom-web`;
}

function version(): string {
  return (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version;
}
