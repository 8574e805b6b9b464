/**
 * `npm run backup -- --data DIR [--target DIR]`: backs up now, beside a running appliance or without it.
 * `--encrypt FOLDER`: makes keys, puts those that people keep into the folder, and encrypts new disks from now on.
 * `--forget NUMBER`: forgets a disk that was retired.
 * `--acknowledge`: first lets backups go on after a ransomware alarm.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { acknowledge, alarmLines, recallAlarm } from '../../backup/alarm.ts';
import { backUpFolder } from '../../backup/back-up-folder.ts';
import { parseBackupArguments } from '../../backup/cli-arguments.ts';
import { forgetDisk } from '../../backup/disks.ts';
import { confirmKeys, makeKeys } from '../../backup/encryption/key-ring.ts';
import { clinicKeyFile, recoverySheet } from '../../backup/encryption/recovery-sheet.ts';
import { type Memory, memoryBeside, type RunSummary, siteId } from '../../backup/memory.ts';
import { placesNow } from '../../backup/places.ts';
import { progressLine } from '../../backup/progress-line.ts';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/settings.ts';
import { DatabaseBeside } from '../db/database-beside.ts';
import { ArchiveError } from '../errors.ts';
import { runCommand } from './run-command.ts';

const DEFAULT_DATA = resolve(import.meta.dirname, '..', '..', 'data');

await runCommand(async () => {
  const { dataDir, target, acknowledged, encrypt, forget } = parseBackupArguments(process.argv.slice(2), DEFAULT_DATA);
  if (!DatabaseBeside.isThere(dataDir)) {
    throw new ArchiveError(
      'REQUEST_INVALID',
      `${dataDir}: PACS 데이터 폴더가 아닙니다. / This is not the data folder of a PACS.`,
    );
  }
  const config = await loadConfig(dataDir);
  const database = DatabaseBeside.open(dataDir);
  const memory = memoryBeside(database);
  try {
    if (encrypt !== undefined) return await makeKeysInto(encrypt, dataDir, config, memory);
    if (forget !== undefined) return await forgetDisk(memory, Number(forget)).then(() => true);
    if (acknowledged) await acknowledgeAlarm(memory);
    let good = true;
    for (const { folder, mayCreate } of await targetsOf(config, memory, target)) {
      const summary = await runOne(dataDir, config, memory, folder, mayCreate);
      report(summary);
      await reportAlarm(memory, summary);
      good &&= summary.outcome === 'ok';
    }
    return good;
  } finally {
    database.close();
  }
});

/** Keys are never put where the data lies, or over others. */
async function makeKeysInto(folder: string, dataDir: string, { clinic }: Config, memory: Memory): Promise<boolean> {
  if (!relative(dataDir, folder).startsWith('..')) {
    const detail = `${folder}: 데이터 폴더 밖의 폴더(USB 등)를 적어 주세요. / Name a folder outside the data folder.`;
    throw new ArchiveError('REQUEST_INVALID', detail);
  }
  await mkdir(folder, { recursive: true });
  const [keyFile, sheet] = [join(folder, 'clinicpacs-clinic-key.txt'), join(folder, 'clinicpacs-recovery-sheet.html')];
  const made = await makeKeys(memory, dataDir);
  const facts = { clinic: clinic.name, siteId: await siteId(memory), ...made };
  const once = { mode: 0o600, flag: 'wx', flush: true };
  await writeFile(keyFile, clinicKeyFile(made), once);
  await writeFile(sheet, recoverySheet(facts), once);
  await confirmKeys(memory, made.paperKey.slice(-6));
  console.log(`의원 열쇠 / clinic key: ${keyFile}\n복구 안내지(인쇄) / recovery sheet, to be printed: ${sheet}`);
  console.log(KEEP_KEYS);
  return true;
}

const KEEP_KEYS =
  '안내지를 인쇄해 금고에 두고 두 파일을 이 컴퓨터에서 지우세요. 새 백업 디스크부터 암호화됩니다. / ' +
  'Print the sheet, lock it away, and remove both files from this computer. New backup disks are encrypted from now on.';

async function acknowledgeAlarm(memory: Memory): Promise<void> {
  const alarm = await recallAlarm(memory);
  if (alarm) await acknowledge(memory, alarm.id, `${userInfo().username} (terminal)`);
}

async function reportAlarm(memory: Memory, { failure }: RunSummary): Promise<void> {
  const alarm = failure?.code === 'BACKUP_ALARM' ? await recallAlarm(memory) : null;
  if (!alarm) return;
  for (const line of alarmLines(alarm)) console.error(`  ${line}`);
  console.error(`  ${LOOKED}`);
}

const LOOKED =
  '점검을 마쳤으면 npm run backup -- --acknowledge 로 백업을 다시 시작합니다. / ' +
  'When all is examined, npm run backup -- --acknowledge lets backups go on.';

async function targetsOf(
  { backup }: Config,
  memory: Memory,
  target: string | undefined,
): Promise<{ folder: string; mayCreate: boolean }[]> {
  if (target !== undefined) return [{ folder: target, mayCreate: true }];
  const places = await placesNow(backup.targets, memory);
  const away = places.find(({ folder }) => folder === null);
  if (away) throw new ArchiveError('BACKUP_TARGET_MISSING', `USB ${away.label}`);
  const targets = places.flatMap(({ folder, kind }) =>
    folder === null ? [] : [{ folder, mayCreate: kind === 'folder' }],
  );
  if (targets.length > 0) return targets;
  const detail =
    'config.json의 backup.targets에 백업할 폴더를 적거나 --target 폴더를 붙여 주세요. / ' +
    'Name a folder in backup.targets of config.json, or add --target DIR.';
  throw new ArchiveError('REQUEST_INVALID', detail);
}

async function runOne(dataDir: string, config: Config, memory: Memory, folder: string, mayCreate: boolean) {
  const line = progressLine('백업 backup');
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, onSignal);
  try {
    return await backUpFolder({
      dataDir,
      folder,
      mayCreate,
      trigger: 'hand',
      clinic: config.clinic.name,
      timeZone: config.clinic.timeZone,
      memory,
      signal: stop.signal,
      onProgress: ({ bytesDone, bytesTotal }) => line.show(bytesDone, bytesTotal),
    });
  } finally {
    line.end();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, onSignal);
  }
}

function report({ folder, outcome, files, bytes, pending, problems, failure }: RunSummary): void {
  const amount = `${files}개 files, ${(bytes / 1e6).toFixed(1)} MB`;
  if (outcome === 'ok') console.log(`백업 완료 / backed up: ${amount} → ${folder}`);
  else console.error(`백업하지 못했습니다 / not backed up: ${folder} (${amount})`);
  if (failure) console.error(`  ${failure.ko} / ${failure.en} ${failure.detail}`);
  for (const line of [...pending, ...problems]) console.error(`  ${line}`);
}
