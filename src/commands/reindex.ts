/** `npm run reindex -- --data DIR`: throws the index away and makes it again from the image files. */
import { join, resolve } from 'node:path';
import { Archive } from '../archive/archive.ts';
import { parseCommandLine } from '../config/command-line.ts';
import { loadConfig } from '../config/load.ts';
import { markIndexDamaged } from '../db/database.ts';
import { createLog } from '../log.ts';
import { lockDataFolder } from '../storage/data-folder-lock.ts';
import { runCommand } from './run-command.ts';

const DEFAULT_DATA = resolve(import.meta.dirname, '..', '..', 'data');

await runCommand(async () => {
  const { dataDir } = parseCommandLine(process.argv.slice(2), DEFAULT_DATA);
  const config = await loadConfig(dataDir);
  const unlock = await lockDataFolder(dataDir);
  await markIndexDamaged(dataDir);
  const archive = await Archive.open({ dataDir, ...config.storage }, createLog({ level: 'warn' }));
  const ticker = setInterval(() => {
    const { progress } = archive.status().index;
    if (progress) console.log(`  ${progress.done} / ${progress.found}`);
  }, 2000);
  await archive.rebuilt();
  clearInterval(ticker);
  const { state, progress } = archive.status().index;
  const { studies, instances } = await archive.database.read('indexCounts', {});
  await archive.close();
  await unlock();
  console.log(
    `색인을 다시 만들었습니다: 검사 ${studies}건, 영상 ${instances}개. / The index was made again: ${studies} studies, ${instances} images.`,
  );
  console.log(`  ${join(dataDir, 'index.sqlite')}`);
  return state === 'ready' && (progress?.failed ?? 0) === 0;
});
