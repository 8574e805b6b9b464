/**
 * `npm run restore -- --data NEWDIR --target DIR [--study UID | --patient ID | --instance UID] [--identity KEYFILE]`: brings
 * a backup back into an empty folder. With `--list` it only says which studies are there.
 */
import { resolve } from 'node:path';
import { parseBackupArguments } from '../../backup/cli-arguments.ts';
import { identitiesOf } from '../../backup/encryption/key-ring.ts';
import { openForReading } from '../../backup/encryption/target-keys.ts';
import { findSite } from '../../backup/find-site.ts';
import { MOST_STUDIES, studiesOn } from '../../backup/look.ts';
import { progressLine } from '../../backup/progress-line.ts';
import { restore } from '../../backup/restore.ts';
import { ArchiveError } from '../errors.ts';
import { runCommand } from './run-command.ts';

const DEFAULT_DATA = resolve(import.meta.dirname, '..', '..', 'data');

await runCommand(async () => {
  const {
    dataDir,
    target: folder,
    study,
    patient,
    instance,
    list,
    identity,
  } = parseBackupArguments(process.argv.slice(2), DEFAULT_DATA);
  if (folder === undefined) {
    throw new ArchiveError(
      'REQUEST_INVALID',
      '백업이 있는 폴더를 --target 폴더로 알려 주세요. / Name the backup by --target DIR.',
    );
  }
  const target = await openForReading(await findSite(folder), await identitiesOf(identity, undefined));
  if (list) return showStudies(await studiesOn(target, patient ?? study ?? ''));
  const selected = study ?? patient ?? instance;
  const line = progressLine('복구 restore');
  const result = await restore({
    target,
    dataDir,
    ...(study !== undefined && { study }),
    ...(patient !== undefined && { patient }),
    ...(instance !== undefined && { instance }),
    onProgress: ({ bytesDone, bytesTotal }) => line.show(bytesDone, bytesTotal),
  });
  line.end();
  const { files, bytes, problems, index } = result;
  console.log(`복구했습니다 / restored: ${files}개 files, ${(bytes / 1e6).toFixed(1)} MB → ${dataDir}`);
  if (index === 'rebuilt-at-start' && selected === undefined) {
    console.log('  색인은 처음 시작할 때 다시 만듭니다. / The index is made again at the first start.');
  }
  for (const { path, entry, ko, en } of problems)
    console.error(`  ${path}${entry ? ` › ${entry}` : ''}: ${ko} / ${en}`);
  return problems.length === 0;
});

function showStudies(studies: Awaited<ReturnType<typeof studiesOn>>): boolean {
  for (const { patientId, patientName, studyDate, modalities, instances, studyInstanceUid } of studies) {
    console.log([studyDate, patientId, patientName, modalities, instances, studyInstanceUid].join('\t'));
  }
  const more = studies.length < MOST_STUDIES ? '' : ' (처음 것만 / the first ones)';
  console.error(`검사 ${studies.length}개${more} / studies`);
  return studies.length > 0;
}
