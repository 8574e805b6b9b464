/** The whole appliance: the only place that knows everyone. Starts in order, stops in reverse. */
import { mkdirSync } from 'node:fs';
import { Accounts } from './accounts/accounts.ts';
import { Archive } from './archive/archive.ts';
import { Audit } from './audit/record.ts';
import type { Config } from './config/settings.ts';
import { createDimseListener, type DimseListener } from './doors/dimse/listener.ts';
import type { Log } from './log.ts';
import { lockDataFolder } from './storage/data-folder-lock.ts';

export interface ApplianceSettings {
  dataDir: string;
  config: Config;
  log: Log;
  environment?: Record<string, string | undefined>;
}

export interface Appliance {
  readonly config: Config;
  readonly archive: Archive;
  readonly accounts: Accounts;
  readonly audit: Audit;
  readonly dimse: DimseListener;
  readonly dicomPort: number;
  /** The one-time token of the first administrator; undefined when there is a user. */
  readonly firstRunToken: string | undefined;
  /** Stops accepting, lets what is under way finish, writes what waits. */
  close(): Promise<void>;
}

/** @throws ArchiveError START_REFUSED with a sentence for the person at the screen */
export async function startAppliance({
  dataDir,
  config,
  log,
  environment = {},
}: ApplianceSettings): Promise<Appliance> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    closers.push(await lockDataFolder(dataDir));
    const archive = await Archive.open({ dataDir, ...config.storage }, log);
    closers.push(() => archive.close());
    const audit = new Audit(archive.database, log);
    closers.push(() => audit.flush());
    const accounts = await Accounts.open({ database: archive.database, audit, log, environment });
    const dimse = createDimseListener({
      archive,
      config,
      log,
      onAccess: (access) => audit.record({ door: 'dimse', ...access }),
    });
    const { port: dicomPort } = await dimse.listen();
    closers.push(() => dimse.close());
    const firstRunToken = accounts.firstRun.token;
    return { config, archive, accounts, audit, dimse, dicomPort, firstRunToken, close };
  } catch (error) {
    await close();
    throw error;
  }
}
