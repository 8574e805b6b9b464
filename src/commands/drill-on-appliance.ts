/**
 * The second half of a restore drill: an appliance on a restored folder, on loopback alone, which nobody but the drill may
 * ask and nobody may write to. It must find the image by C-FIND and give it back by WADO-RS, byte for byte.
 */
import { createHash, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem } from '../../backup/catalogue.ts';
import type { RestoredImage } from '../../backup/drill.ts';
import type { RunRecord } from '../../backup/runs.ts';
import { type Appliance, startAppliance } from '../appliance.ts';
import { verifyAccessLog } from '../audit/access-log.ts';
import { LiveSettings } from '../config/live-settings.ts';
import { loadConfig } from '../config/load.ts';
import { findStudies } from '../doors/dimse/find-scu.ts';
import { createLog } from '../log.ts';

const AE = 'DRILL';

export async function drillOnAppliance(
  dataDir: string,
  image: RestoredImage | undefined,
  accessLog: RunRecord['accessLog'],
): Promise<Problem[]> {
  const problems: Problem[] = [];
  await checkConfig(dataDir, problems);
  const settings = await LiveSettings.open(dataDir, { host: '127.0.0.1', dicomPort: 0, httpPort: 0 });
  const appliance = await startAppliance({ dataDir, settings, log: createLog({ level: 'silent' }) });
  try {
    await checkAccessLog(appliance, accessLog, problems);
    if (image) {
      await checkFind(appliance, image, problems);
      await checkRetrieve(appliance, image, problems);
    }
  } catch (error) {
    problems.push(fault('appliance', `복구한 데이터로 시작했으나 쓸 수 없습니다 (${error}).`, `Unusable: ${error}`));
  } finally {
    await appliance.close();
  }
  return problems;
}

/** The clinic's own settings must be readable; the drill then runs on some that open nothing and write nowhere. */
async function checkConfig(dataDir: string, problems: Problem[]): Promise<void> {
  await loadConfig(dataDir).catch((error) =>
    problems.push(fault('config.json', `설정을 읽을 수 없습니다 (${error.message}).`, 'The settings cannot be read.')),
  );
  const devices = [{ name: AE, aeTitle: AE, host: '127.0.0.1', port: null, may: ['query'] }];
  const closed = { tlsPort: null, unknownDevices: 'reject' };
  await writeFile(join(dataDir, 'config.json'), JSON.stringify({ dicom: closed, devices, previews: { ahead: false } }));
}

async function checkAccessLog(
  { archive }: Appliance,
  told: RunRecord['accessLog'],
  problems: Problem[],
): Promise<void> {
  const { broken } = await verifyAccessLog(archive.database);
  if (broken !== undefined) {
    const ko = `접속기록 ${broken}번이 바뀌었거나 없어졌습니다.`;
    problems.push(fault('records.sqlite', ko, `Row ${broken} of the access log was changed or is missing.`));
  }
  if (told && (await archive.database.read('accessChainHash', { seq: told.seq })) !== told.hash) {
    const ko = `접속기록 ${told.seq}번이 백업 기록과 다릅니다.`;
    problems.push(fault('records.sqlite', ko, `Row ${told.seq} of the access log is not what the run's record says.`));
  }
}

async function checkFind(
  { dicomPort: port, certificates }: Appliance,
  { studyInstanceUid }: RestoredImage,
  problems: Problem[],
): Promise<void> {
  const to = { name: 'restored', aeTitle: 'CLINICPACS', host: '127.0.0.1', port, may: [] };
  const keys = { '0020000D': { vr: 'UI', Value: [studyInstanceUid] } };
  const found = await findStudies(to, keys, { callingAe: AE, certificates, log: createLog({ level: 'silent' }) });
  if (found.kind === 'found' && found.matches.some((match) => match['0020000D']?.Value?.[0] === studyInstanceUid))
    return;
  const detail = found.kind === 'found' ? `${found.matches.length} studies` : found.detail;
  problems.push(
    fault('C-FIND', `복구한 검사를 조회하지 못했습니다 (${detail}).`, `The study was not found: ${detail}`),
  );
}

async function checkRetrieve(appliance: Appliance, image: RestoredImage, problems: Problem[]): Promise<void> {
  const { studyInstanceUid, seriesInstanceUid, sopInstanceUid, dataSetSha256 } = image;
  const url =
    `http://127.0.0.1:${appliance.httpPort}/dicom-web/studies/${studyInstanceUid}` +
    `/series/${seriesInstanceUid}/instances/${sopInstanceUid}`;
  const accept = 'multipart/related; type="application/dicom"; transfer-syntax=*';
  const response = await fetch(url, { headers: { accept, authorization: await login(appliance) } });
  const body = Buffer.from(await response.arrayBuffer());
  const boundary = /boundary="?([^";]+)/.exec(response.headers.get('content-type') ?? '')?.[1];
  const sha256 = response.ok && boundary ? dataSetsIn(body, boundary).map(hashOf) : [];
  if (sha256.includes(dataSetSha256)) return;
  const ko = `복구한 영상을 받지 못했거나 원본과 다릅니다 (HTTP ${response.status}).`;
  problems.push(fault('WADO-RS', ko, `The image was not given back as it was (HTTP ${response.status}).`));
}

/** A user in the restored copy, which is thrown away. */
async function login({ accounts }: Appliance): Promise<string> {
  const [userName, password] = [`drill-${randomBytes(4).toString('hex')}`, randomBytes(24).toString('base64url')];
  const user = { displayName: userName, role: 'administrator' as const };
  const by = { ...user, userName, permissions: new Set<never>() };
  await accounts.createUser({ ...user, name: userName, password }, by, { address: '127.0.0.1', door: 'dicomweb' });
  return `Basic ${Buffer.from(`${userName}:${password}`).toString('base64')}`;
}

/** What follows the meta group (PS3.10 section 7.1) of every DICOM file in a multipart body. */
function dataSetsIn(body: Buffer, boundary: string): Buffer[] {
  const delimiter = `--${boundary}`;
  const parts: Buffer[] = [];
  for (let at = body.indexOf(delimiter); at >= 0; ) {
    const start = body.indexOf('\r\n\r\n', at) + 4;
    const end = body.indexOf(`\r\n${delimiter}`, start);
    if (start < 4 || end < 0) break;
    const file = body.subarray(start, end);
    parts.push(file.subarray(144 + file.readUInt32LE(140)));
    at = end + 2;
  }
  return parts;
}

function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function fault(path: string, ko: string, en: string): Problem {
  return { path, ko, en };
}
