/** `npm run drill -- --data DIR [--target DIR]`: 복구 훈련, beside a running appliance or without it. */
import { join, resolve } from 'node:path';
import { parseBackupArguments } from '../../backup/cli-arguments.ts';
import { countStreak, drillFolder, drillLines, recallStreak } from '../../backup/drill-folder.ts';
import { memoryBeside } from '../../backup/memory.ts';
import { placesNow } from '../../backup/places.ts';
import { loadConfig } from '../config/load.ts';
import { DatabaseBeside } from '../db/database-beside.ts';
import { ArchiveError } from '../errors.ts';
import { runCommand } from './run-command.ts';

const DEFAULT_DATA = resolve(import.meta.dirname, '..', '..', 'data');
const WORKER = join(import.meta.dirname, 'drill-worker.ts');

await runCommand(async () => {
  const { dataDir, target } = parseBackupArguments(process.argv.slice(2), DEFAULT_DATA);
  const { backup, clinic } = await loadConfig(dataDir);
  const database = DatabaseBeside.open(dataDir);
  const memory = memoryBeside(database);
  try {
    const places = target === undefined ? await placesNow(backup.targets, memory) : [{ folder: target }];
    const folders = places.flatMap(({ folder }) => folder ?? []);
    if (folders.length === 0) {
      throw new ArchiveError('REQUEST_INVALID', '--target 폴더를 붙여 주세요. / Add --target DIR.');
    }
    let good = true;
    for (const folder of folders) {
      const summary = await drillFolder(WORKER, { dataDir, folder, memory });
      good &&= summary.good;
      if (!good) await countStreak(memory, false, clinic.timeZone);
      const { days } = good ? await countStreak(memory, true, clinic.timeZone) : await recallStreak(memory);
      for (const line of drillLines(summary, days)) (summary.good ? console.log : console.error)(line);
    }
    return good;
  } finally {
    database.close();
  }
});
