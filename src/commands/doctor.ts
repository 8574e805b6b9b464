/** `npm run doctor -- --data DIR`: looks at everything that can be wrong with a data folder and says what it found. */
import { X509Certificate } from 'node:crypto';
import { resolve } from 'node:path';
import { Archive } from '../archive/archive.ts';
import { isIntact, readSealedHeader } from '../archive/stored-file.ts';
import { verifyAccessLog } from '../audit/access-log.ts';
import { Certificates } from '../certificates/certificates.ts';
import { parseCommandLine } from '../config/command-line.ts';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/settings.ts';
import { echo } from '../doors/dimse/echo-scu.ts';
import { createLog, type Log } from '../log.ts';
import { lockDataFolder } from '../storage/data-folder-lock.ts';
import { runCommand } from './run-command.ts';

const DEFAULT_DATA = resolve(import.meta.dirname, '..', '..', 'data');
/** Files whose bytes are compared with their hash; the newest, since they changed last. */
const SAMPLE = 200;

await runCommand(async () => {
  const { dataDir } = parseCommandLine(process.argv.slice(2), DEFAULT_DATA);
  const config = await loadConfig(dataDir);
  say(true, '설정', 'configuration', 'config.json');
  const unlock = await lockDataFolder(dataDir);
  const log = createLog({ level: 'warn' });
  const archive = await Archive.open({ dataDir, ...config.storage }, log);
  const { clinic, http } = config;
  const hostNames = http.allowedHosts;
  const certificates = await Certificates.open({ dataDir, clinic: clinic.name, hostNames, log });
  await archive.rebuilt();
  const results = [
    checkDisk(archive),
    await checkDatabases(archive),
    await checkAccessLog(archive),
    await checkFiles(archive),
    checkCertificates(certificates),
  ];
  await reportDevices(config, certificates, log);
  await certificates.close();
  await archive.close();
  await unlock();
  return results.every(Boolean);
});

function say(good: boolean, ko: string, en: string, detail: string): boolean {
  console.log(`${good ? '정상 ok  ' : '이상 BAD '} ${ko} ${en}: ${detail}`);
  return good;
}

function checkDisk(archive: Archive): boolean {
  const { freeBytes, totalBytes, refusing } = archive.status().disk;
  const gb = (bytes: number) => (bytes / 1e9).toFixed(1);
  return say(!refusing, '디스크', 'disk', `${gb(freeBytes)} / ${gb(totalBytes)} GB`);
}

async function checkDatabases(archive: Archive): Promise<boolean> {
  const problems = await archive.database.read('integrity', {});
  return say(problems.length === 0, '데이터베이스', 'databases', problems.slice(0, 5).join('; ') || 'integrity_check');
}

async function checkAccessLog(archive: Archive): Promise<boolean> {
  const { rows, broken } = await verifyAccessLog(archive.database);
  return say(broken === undefined, '접속기록', 'access log', broken === undefined ? `${rows} rows` : `row ${broken}`);
}

async function checkFiles(archive: Archive): Promise<boolean> {
  const files = await archive.database.read('newestFiles', { limit: SAMPLE });
  const bad: string[] = [];
  for (const { fileId } of files) {
    const path = archive.store.pathOf(fileId);
    const header = await readSealedHeader(path).catch(() => undefined);
    if (!header || !(await isIntact(path, header))) bad.push(fileId);
  }
  return say(
    bad.length === 0,
    '영상 파일',
    'image files',
    bad.length === 0 ? `${files.length} SHA-256` : bad.join(', '),
  );
}

/** Opening them has renewed what was due. */
function checkCertificates({ authority, server, notes }: Certificates): boolean {
  const [until, serverUntil] = [authority, server.certificate].map((pem) =>
    new X509Certificate(pem).validToDate.toISOString().slice(0, 10),
  );
  const detail = notes.map(({ ko, en }) => `${ko} / ${en}`).join('; ') || `CA ~${until}, server ~${serverUntil}`;
  return say(notes.length === 0, '인증서', 'certificates', detail);
}

/** A device that is switched off is no fault of the data folder: it is told, and does not count. */
async function reportDevices({ devices, dicom }: Config, certificates: Certificates, log: Log): Promise<void> {
  for (const device of devices) {
    if (device.port === null || device.host === 'any') continue;
    const result = await echo(device, { callingAe: dicom.aeTitle, certificates, log });
    const detail = result.kind === 'answered' ? `${result.milliseconds} ms` : `${result.kind} (${result.detail})`;
    console.log(`${result.kind === 'answered' ? '정상 ok  ' : '안내 note'} 장비 device ${device.name}: ${detail}`);
  }
}
