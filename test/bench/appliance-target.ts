/** Our own server, as `npm start` runs it. */
import { mkdirSync } from 'node:fs';
import { startProcess, writeConfig } from '../support/process.ts';
import { startEnvironment } from '../support/setup-module.ts';
import { track } from './programs.ts';
import { CALLING_AE, STORESCP, type Target } from './target.ts';

const PASSWORD = 'correct horse battery';

/** @param ahead make previews when images have arrived: it would take processor time from whoever is measured next */
export async function startAppliance(folder: string, ahead: boolean): Promise<Target> {
  mkdirSync(folder, { recursive: true });
  const device = { name: 'bench', aeTitle: CALLING_AE, host: '127.0.0.1', port: null };
  writeConfig(folder, {
    devices: [
      { ...device, may: ['store', 'query', 'retrieve'] },
      { ...device, ...STORESCP, may: [] },
    ],
    previews: { ahead },
  });
  const { ENVIRONMENT } = await startEnvironment();
  const server = await startProcess(folder, ENVIRONMENT);
  track(server.child);
  return {
    name: 'ours',
    aeTitle: 'CLINICPACS',
    dicomPort: server.dicomPort,
    dicomWeb: `${server.httpUrl}/dicom-web`,
    authorization: `Basic ${Buffer.from(`admin:${PASSWORD}`).toString('base64')}`,
    pid: server.child.pid as number,
    async end() {
      await server.end();
    },
  };
}
