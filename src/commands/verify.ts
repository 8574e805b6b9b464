/** `npm run verify -- --data DIR | --target DIR [--identity KEYFILE]`: reads every byte of a backup back and names what is wrong. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Problem } from '../../backup/catalogue.ts';
import { parseBackupArguments } from '../../backup/cli-arguments.ts';
import { bucketOf, placeOf } from '../../backup/cloud.ts';
import { identitiesOf } from '../../backup/encryption/key-ring.ts';
import { openForReading } from '../../backup/encryption/target-keys.ts';
import { findSite } from '../../backup/find-site.ts';
import { progressLine } from '../../backup/progress-line.ts';
import { verify } from '../../backup/verify.ts';
import { CONFIG_FILE } from '../config/config-file.ts';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/settings.ts';
import { ArchiveError } from '../errors.ts';
import { runCommand } from './run-command.ts';

type Backup = Config['backup'];

const DEFAULT_DATA = resolve(import.meta.dirname, '..', '..', 'data');

await runCommand(async () => {
  const { dataDir, target, identity } = parseBackupArguments(process.argv.slice(2), DEFAULT_DATA);
  const backup = await configOf(dataDir, target);
  const folders = target === undefined ? configuredPlaces(backup) : [target];
  const identities = await identitiesOf(identity, dataDir);
  let good = true;
  for (const folder of folders) good = (await verifyFolder(folder, backup, identities)) && good;
  return good;
});

/** A target alone can be verified where there is no data folder; none is made for it. */
async function configOf(dataDir: string, target: string | undefined): Promise<Backup | undefined> {
  if (target !== undefined && !existsSync(join(dataDir, CONFIG_FILE))) return undefined;
  return (await loadConfig(dataDir)).backup;
}

function configuredPlaces(backup: Backup | undefined): string[] {
  const places = (backup?.targets ?? []).flatMap((target) => {
    const bucket = bucketOf(target);
    return bucket ? placeOf(bucket) : (target.path ?? []);
  });
  if (places.length > 0) return places;
  throw new ArchiveError('REQUEST_INVALID', '--target 폴더를 붙여 주세요. / Add --target DIR.');
}

async function verifyFolder(folder: string, backup: Backup | undefined, identities: readonly string[]) {
  const target = await openForReading(await findSite(folder, backup), identities);
  const line = progressLine('확인 verify');
  const result = await verify(target, ({ bytesDone, bytesTotal }) => line.show(bytesDone, bytesTotal));
  line.end();
  const { volumes, files, bytes, problems, pending } = result;
  const amount = `${volumes}개 volumes, ${files}개 files, ${(bytes / 1e6).toFixed(1)} MB`;
  const good = problems.length === 0 && pending.length === 0;
  if (good) console.log(`백업이 온전합니다 / the backup is whole: ${target.where} (${amount})`);
  else console.error(`백업에 문제가 있습니다 / the backup has problems: ${target.where} (${amount})`);
  for (const problem of problems) console.error(`  ${problemLine(problem)}`);
  for (const path of pending) console.error(`  아직 백업하지 못함 / still owed: ${path}`);
  return good;
}

function problemLine({ path, entry, ko, en }: Problem): string {
  return `${path}${entry === undefined ? '' : ` › ${entry}`}: ${ko} / ${en}`;
}
