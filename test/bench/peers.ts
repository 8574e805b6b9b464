/** Debian's Orthanc, as packaged and tuned, and DCMTK's storescp: started only in a network of our own. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { endProgram, findProgram, startProgram } from './programs.ts';
import { CALLING_AE, STORESCP, type Target } from './target.ts';

/** Everything that its book advises for speed, except giving up the flush of files. */
const TUNED = {
  StorageCompression: false,
  OverwriteInstances: true,
  DicomThreadsCount: 8,
  MaximumPduLength: 131072,
  StorageAccessOnFind: 'Never',
  KeepAlive: true,
  TcpNoDelay: true,
  SaveJobs: false,
  StoreMD5ForAttachments: false,
  HttpCompressionEnabled: false,
  MaximumStorageCacheSize: 512,
  ConcurrentJobs: 2,
};
const TUNED_WEB = { StudiesMetadata: 'MainDicomTags', SeriesMetadata: 'Full', EnableMetadataCache: true };
const PLUGINS = ['libOrthancDicomWeb.so', 'libOrthancGdcm.so'].map((name) => `/usr/share/orthanc/plugins/${name}`);

/** The installed peers, running. */
export async function startPeers(folder: string): Promise<Target[]> {
  const orthanc = findProgram('Orthanc');
  const storescp = findProgram('storescp');
  if (orthanc === undefined) console.log('Orthanc is not installed: no comparison with it.');
  if (storescp === undefined) console.log('DCMTK is not installed: no storescp.');
  return [
    ...(orthanc ? [await startOrthanc(orthanc, join(folder, 'orthanc'), 'default', 4242)] : []),
    ...(orthanc ? [await startOrthanc(orthanc, join(folder, 'orthanc-tuned'), 'tuned', 4243)] : []),
    ...(storescp ? [startStorescp(storescp, join(folder, 'storescp'), STORESCP.port)] : []),
  ];
}

async function startOrthanc(path: string, folder: string, mode: 'default' | 'tuned', port: number): Promise<Target> {
  mkdirSync(folder, { recursive: true });
  const config: Record<string, unknown> = { ...packagedSettings(), StorageDirectory: folder, IndexDirectory: folder };
  Object.assign(config, { DicomPort: port, HttpPort: port + 4000, Plugins: PLUGINS.filter(existsSync) });
  const may = { AllowEcho: true, AllowFind: true, AllowGet: true, AllowMove: true, AllowStore: true };
  Object.assign(config, {
    DicomModalities: {
      bench: { AET: CALLING_AE, Host: '127.0.0.1', Port: 11119, ...may },
      storescp: { AET: STORESCP.aeTitle, Host: '127.0.0.1', Port: STORESCP.port, ...may },
    },
  });
  if (mode === 'tuned') Object.assign(config, TUNED, { DicomWeb: { ...(config.DicomWeb as object), ...TUNED_WEB } });
  const file = join(folder, 'settings.json');
  writeFileSync(file, JSON.stringify(config));
  // Debian's build leaves Nagle's algorithm on, which costs 40 ms per answer; DCMTK inside reads this variable.
  const child = startProgram(path, [file], mode === 'tuned' ? { TCP_NODELAY: '1' } : {});
  const http = `http://127.0.0.1:${port + 4000}`;
  await answers(`${http}/system`);
  const pid = child.pid as number;
  const name = mode === 'tuned' ? 'Orthanc tuned' : 'Orthanc';
  return {
    name,
    aeTitle: 'ORTHANC',
    dicomPort: port,
    dicomWeb: `${http}/dicom-web`,
    pid,
    end: () => endProgram(child),
  };
}

function packagedSettings(): Record<string, object> {
  const settings: Record<string, object> = {};
  for (const name of ['orthanc', 'dicomweb', 'gdcm', 'credentials']) {
    const file = `/etc/orthanc/${name}.json`;
    if (existsSync(file)) Object.assign(settings, JSON.parse(withoutComments(readFileSync(file, 'utf8'))));
  }
  return settings;
}

/** JSON with the comments that Orthanc's files have; a string is matched first, so that what looks like one stays. */
function withoutComments(text: string): string {
  return text.replaceAll(/("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_, string?: string) => string ?? '');
}

async function answers(url: string): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    const response = await fetch(url).catch(() => undefined);
    await response?.arrayBuffer();
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`no answer from ${url}`);
}

function startStorescp(path: string, folder: string, port: number): Target {
  mkdirSync(folder, { recursive: true });
  const args = ['--fork', '+B', '-pdu', '131072', '-aet', 'STORESCP', '-od', folder, String(port)];
  const child = startProgram(path, args, { TCP_NODELAY: '1' });
  return {
    name: 'storescp',
    aeTitle: 'STORESCP',
    dicomPort: port,
    pid: child.pid as number,
    end: () => endProgram(child),
  };
}
