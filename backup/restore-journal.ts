/** How far a restore has come: a file in the new data folder, there from the first moment to the last. */
import { appendFile, mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { ArchiveError } from '../src/errors.ts';
import { flushFolder } from '../src/storage/flush.ts';

export const MARKER = 'restore.unfinished';

export class RestoreJournal {
  readonly #dataDir: string;
  readonly #done: Set<string>;

  private constructor(dataDir: string, done: Iterable<string>) {
    this.#dataDir = dataDir;
    this.#done = new Set(done);
  }

  /**
   * Begins, or goes on with, the restore of `what` into a folder.
   * @throws ArchiveError RESTORE_REFUSED when the folder holds anything else
   */
  static async open(dataDir: string, what: string): Promise<RestoreJournal> {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    const head = `${JSON.stringify(what)}\n`;
    const before = await readFile(path.join(dataDir, MARKER), 'utf8').catch(() => undefined);
    if (before?.startsWith(head)) return new RestoreJournal(dataDir, before.slice(head.length).split('\n'));
    if (before || (await readdir(dataDir)).some((name) => name !== MARKER)) throw notEmpty(dataDir);
    const handle = await open(path.join(dataDir, MARKER), 'w');
    try {
      await handle.writeFile(head);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await flushFolder(dataDir);
    return new RestoreJournal(dataDir, []);
  }

  /** Is this volume restored whole and on stable storage? */
  has(volume: string): boolean {
    return this.#done.has(volume);
  }

  async add(volume: string): Promise<void> {
    await appendFile(path.join(this.#dataDir, MARKER), `${volume}\n`, { flush: true });
    this.#done.add(volume);
  }

  /** The folder is complete from now on. */
  async finish(): Promise<void> {
    await flushFolder(this.#dataDir);
    await rm(path.join(this.#dataDir, MARKER));
    await flushFolder(this.#dataDir);
  }
}

function notEmpty(dataDir: string): ArchiveError {
  const detail =
    `${dataDir}: 빈 폴더에만 복구할 수 있습니다. 새 폴더 이름을 적어 주세요. / ` +
    'Only an empty folder can be restored into. Please name a new one.';
  return new ArchiveError('RESTORE_REFUSED', detail);
}

/**
 * An appliance must not start on a folder that is only partly restored.
 * @throws ArchiveError START_REFUSED with what to do
 */
export async function refuseUnfinishedRestore(dataDir: string): Promise<void> {
  const marker = await stat(path.join(dataDir, MARKER)).catch(() => undefined);
  if (!marker) return;
  const detail =
    `데이터 폴더 ${dataDir} 의 복구가 끝나지 않았습니다. 같은 npm run restore 명령을 다시 실행하면 이어집니다. / ` +
    `The data folder ${dataDir} is not restored whole. Run the same npm run restore command again to go on.`;
  throw new ArchiveError('START_REFUSED', detail);
}
