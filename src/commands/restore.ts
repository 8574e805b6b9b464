/**
 * `npm run restore -- --data NEWDIR --target DIR [--study UID] [--identity KEYFILE]`: brings a backup back into an empty
 * folder.
 */
import { resolve } from 'node:path';
import { parseBackupArguments } from '../../backup/cli-arguments.ts';
import { identitiesOf } from '../../backup/encryption/key-ring.ts';
import { openForReading } from '../../backup/encryption/target-keys.ts';
import { findSite } from '../../backup/find-site.ts';
import { progressLine } from '../../backup/progress-line.ts';
import { restore } from '../../backup/restore.ts';
import { ArchiveError } from '../errors.ts';
import { runCommand } from './run-command.ts';

const DEFAULT_DATA = resolve(import.meta.dirname, '..', '..', 'data');

await runCommand(async () => {
  const { dataDir, target: folder, study, identity } = parseBackupArguments(process.argv.slice(2), DEFAULT_DATA);
  if (folder === undefined) {
    throw new ArchiveError(
      'REQUEST_INVALID',
      '백업이 있는 폴더를 --target 폴더로 알려 주세요. / Name the backup by --target DIR.',
    );
  }
  const line = progressLine('복구 restore');
  const result = await restore({
    target: await openForReading(await findSite(folder), await identitiesOf(identity, undefined)),
    dataDir,
    ...(study !== undefined && { study }),
    onProgress: ({ bytesDone, bytesTotal }) => line.show(bytesDone, bytesTotal),
  });
  line.end();
  const { files, bytes, problems, index } = result;
  console.log(`복구했습니다 / restored: ${files}개 files, ${(bytes / 1e6).toFixed(1)} MB → ${dataDir}`);
  if (index === 'rebuilt-at-start' && study === undefined) {
    console.log('  색인은 처음 시작할 때 다시 만듭니다. / The index is made again at the first start.');
  }
  for (const { path, entry, ko, en } of problems)
    console.error(`  ${path}${entry ? ` › ${entry}` : ''}: ${ko} / ${en}`);
  return problems.length === 0;
});
