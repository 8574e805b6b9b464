/** The API over real HTTP, on a real archive with real accounts; only the backup is told what to say. */
import { join } from 'node:path';
import { Accounts } from '../../../src/accounts/accounts.ts';
import type { Archive } from '../../../src/archive/archive.ts';
import { Attempts } from '../../../src/attempts/attempts.ts';
import { readAccessLog } from '../../../src/audit/access-log.ts';
import { Audit } from '../../../src/audit/record.ts';
import { Certificates } from '../../../src/certificates/certificates.ts';
import { Commitments } from '../../../src/commitment/commitments.ts';
import { LiveSettings } from '../../../src/config/live-settings.ts';
import { defaultConfig } from '../../../src/config/settings.ts';
import { createDicomWebRoutes } from '../../../src/doors/dicomweb/routes.ts';
import { createHttpServer } from '../../../src/doors/http/app.ts';
import type { BackupControl, BackupState, OutboundControl } from '../../../src/doors/rest/deps.ts';
import { createRestRoutes } from '../../../src/doors/rest/routes.ts';
import { createLog } from '../../../src/log.ts';
import { Transfers } from '../../../src/outbound/transfers.ts';
import { Rendering } from '../../../src/rendering/rendering.ts';
import { Worklist } from '../../../src/worklist/worklist.ts';
import { openArchive } from '../../support/archive.ts';
import { freshFolder } from '../../support/folders.ts';
import { type Answer, type Asked, ask, cookieOf, PASSWORD } from '../http/http-door.ts';

export { PASSWORD };

export interface RestDoor {
  port: number;
  origin: string;
  dataDir: string;
  archive: Archive;
  attempts: Attempts;
  commitments: Commitments;
  accounts: Accounts;
  /** Without a login unless `headers` bring one. */
  ask(path: string, asked?: Asked): Promise<Answer>;
  /** As the logged-in user; a body is sent as JSON. */
  as(
    name: 'director' | 'viewer',
    path: string,
    asked?: { method?: string; body?: unknown; headers?: Record<string, string> },
  ): Promise<Answer>;
  cookie(name: 'director' | 'viewer'): Promise<string>;
  /** Newest first: who, action, patient, study, detail. */
  accessLog(): Promise<(string | undefined)[][]>;
  close(): Promise<void>;
}

export const NO_BACKUP: BackupState = {
  nextRun: null,
  lastRun: null,
  lastSuccess: null,
  targets: [],
  runs: [],
  disks: [],
  green: false,
  alarm: null,
  encryption: { state: 'off', recipients: null, since: null },
  conditions: [],
  streak: 0,
};

/** Has nothing to tell and does nothing. */
const IDLE_BACKUP: BackupControl = {
  status: async () => NO_BACKUP,
  run: async () => undefined,
  acknowledgeAlarm: async () => undefined,
  makeKeys: async () => ({ clinicKeyFile: '', recoverySheet: '' }),
  confirmKeys: async () => undefined,
  stopEncryption: async () => undefined,
  look: async () => [],
  putBack: async () => ({ files: 0, whole: 0, putBack: 0, notInIndex: 0, problems: [] }),
  forgetDisk: async () => undefined,
  testNotices: async () => ({ mail: { state: 'off' }, webhook: { state: 'off' } }),
};

const nobody = async () => ({ kind: 'failed', reason: 'unreachable', detail: 'nobody' }) as const;
const NOBODY: OutboundControl = { send: nobody, find: nobody, fetch: nobody };

export interface RestDoorOptions {
  backup?: Partial<BackupControl>;
  /** Leaves the first administrator to be made. */
  withoutUsers?: boolean;
}

export async function startRestDoor(options: RestDoorOptions = {}): Promise<RestDoor> {
  const dataDir = freshFolder();
  const log = createLog({ level: 'silent' });
  const archive = await openArchive(dataDir);
  const audit = new Audit(archive.database, log);
  const accounts = await Accounts.open({ database: archive.database, audit, log, passwordCost: 1024 });
  if (!options.withoutUsers) await addUsers(accounts);
  const rendering = new Rendering({ dataDir, log, workers: 1, idleMs: 5000, reserveBytes: 0 });
  const config = defaultConfig();
  const settings = await LiveSettings.open(dataDir);
  config.http = { ...config.http, port: 0 };
  const backup = { ...IDLE_BACKUP, ...options.backup };
  const certificates = await Certificates.open({ dataDir, clinic: '우리 의원', hostNames: [], log });
  const attempts = await Attempts.open(archive.database, log);
  const worklist = new Worklist({ database: archive.database, log, timeZone: config.clinic.timeZone });
  const commitments = new Commitments({ archive, log, mostOpen: 10, patience: 1000 });
  const rest = createRestRoutes({
    archive,
    worklist,
    commitments,
    attempts,
    rendering,
    accounts,
    audit,
    config,
    settings,
    outbound: NOBODY,
    transfers: new Transfers(log),
    testDevice: async ({ name }) => ({ kind: 'unreachable', detail: name }),
    log,
    backup,
    dicomPort: 11112,
    dicomTlsPort: null,
    certificates,
    version: '1.2.3',
  });
  const dicomWeb = createDicomWebRoutes({ archive, rendering, log, audit });
  const folders = { app: join(dataDir, 'no-app'), viewer: join(dataDir, 'no-viewer') };
  const server = createHttpServer({ config, accounts, audit, certificates, log, handlers: [rest, dicomWeb], folders });
  const { port } = await server.listen();
  const origin = `http://127.0.0.1:${port}`;
  const cookies = new Map<string, string>();
  const cookie = async (name: 'director' | 'viewer') => {
    const known = cookies.get(name);
    if (known) return known;
    const { token } = await accounts.logIn(name, PASSWORD, { address: '127.0.0.1', door: 'web' });
    cookies.set(name, cookieOf(token));
    return cookieOf(token);
  };
  return {
    port,
    origin,
    dataDir,
    archive,
    attempts,
    commitments,
    accounts,
    cookie,
    ask: (path, asked) => ask(port, path, asked),
    async as(name, path, { method = 'GET', body, headers = {} } = {}) {
      const json = body === undefined ? {} : { 'Content-Type': 'application/json' };
      const all = { Cookie: await cookie(name), Origin: origin, ...json, ...headers };
      return ask(port, path, { method, headers: all, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    },
    async accessLog() {
      await audit.flush();
      const { rows } = await readAccessLog(archive.database, { limit: 1000 });
      return rows.map(({ who, action, patientId, studyInstanceUid, detail }) => [
        who,
        action,
        patientId,
        studyInstanceUid,
        detail,
      ]);
    },
    async close() {
      await server.close();
      await certificates.close();
      await commitments.stop();
      await rendering.close();
      await audit.flush();
      await attempts.flush();
      await archive.close();
    },
  };
}

async function addUsers(accounts: Accounts): Promise<void> {
  const from = { address: '127.0.0.1', door: 'web' } as const;
  const director = { name: 'director', displayName: '김원장', password: PASSWORD };
  const { identity } = await accounts.createFirstAdministrator(accounts.firstRun.token as string, director, from);
  await accounts.createUser(
    { name: 'viewer', displayName: '이간호', role: 'viewer', password: PASSWORD },
    identity,
    from,
  );
}
