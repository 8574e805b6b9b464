/** The real appliance on free ports of 127.0.0.1 in a fresh data folder, for tests. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Appliance, startAppliance } from '../../src/appliance.ts';
import { LiveSettings } from '../../src/config/live-settings.ts';
import { createLog } from '../../src/log.ts';

export interface TestAppliance extends Appliance {
  readonly dataDir: string;
  /** Base address of the web door, without a slash at the end. */
  readonly httpUrl: string;
  /** Stops it and starts it again on the same data folder; ports may change. */
  restart(): Promise<TestAppliance>;
  /** Stops it and removes its data folder. */
  dispose(): Promise<void>;
}

export interface TestOptions {
  /** Parts of config.json; `devices` approves MODALITY and VIEWER at 127.0.0.1 when not given. */
  config?: Record<string, unknown>;
  dataDir?: string;
  /** Password of the user `admin`, made at the first start. */
  adminPassword?: string;
  /** 0, any, when not given. */
  dicomPort?: number;
  logLevel?: 'debug' | 'info' | 'warn' | 'error' | 'silent';
}

export const ADMIN_PASSWORD = 'correct horse battery';

const DEVICES = [
  { name: '촬영실', aeTitle: 'MODALITY', host: '127.0.0.1', port: null, may: ['store', 'query', 'retrieve'] },
  { name: '판독실', aeTitle: 'VIEWER', host: '127.0.0.1', port: null, may: ['store', 'query', 'retrieve'] },
];

/** Starts an appliance; the caller disposes of it. */
export async function startTestAppliance(options: TestOptions = {}): Promise<TestAppliance> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'clinicpacs-'));
  writeConfig(dataDir, options.config ?? {});
  return start(dataDir, options);
}

function writeConfig(dataDir: string, config: Record<string, unknown>): void {
  const dicom = { tlsPort: 0, ...(config.dicom as object | undefined) };
  const given = { devices: DEVICES, ...config, dicom };
  writeFileSync(join(dataDir, 'config.json'), JSON.stringify(given));
}

async function start(dataDir: string, options: TestOptions): Promise<TestAppliance> {
  const settings = await LiveSettings.open(dataDir, {
    host: '127.0.0.1',
    dicomPort: options.dicomPort ?? 0,
    httpPort: 0,
  });
  const log = createLog({ level: options.logLevel ?? 'silent' });
  const environment = { CLINICPACS_ADMIN_PASSWORD: options.adminPassword ?? ADMIN_PASSWORD };
  const appliance = await startAppliance({ dataDir, settings, log, environment });
  return {
    ...appliance,
    dataDir,
    httpUrl: `http://127.0.0.1:${appliance.httpPort}`,
    async restart() {
      await appliance.close();
      return start(dataDir, options);
    },
    async dispose() {
      await appliance.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
