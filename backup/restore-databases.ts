/** Brings the copies of the databases and the configuration back: the newest ones whose hash is right. */
import { createHash, randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { Database } from '../src/db/database.ts';
import { flushFolder } from '../src/storage/flush.ts';
import type { Problem } from './catalogue.ts';
import { unpackKeyBundle } from './encryption/key-bundle.ts';
import { byWriting } from './names.ts';
import type { Mark } from './plan.ts';
import { latestRuns } from './runs.ts';
import { COPIES, type CopyKind, committedCopies, toldHash } from './snapshot.ts';
import type { Target } from './target.ts';

const CHUNK = 1024 * 1024;

/** Users, access log, decisions; and the settings. What is damaged is named, and an older one is taken. */
export async function restoreRecords(target: Target, dataDir: string, problems: Problem[]): Promise<void> {
  for (const kind of ['records', 'config'] as const) {
    if (!(await restoreNewest(target, dataDir, kind, problems))) problems.push(none(kind));
  }
}

/** The newest good copy of a kind, under the name that it has in a data folder. False when there is none. */
export async function restoreNewest(
  target: Target,
  dataDir: string,
  kind: CopyKind,
  problems: Problem[],
): Promise<boolean> {
  const copies = (await committedCopies(target)).filter((name) => name.endsWith(`.${COPIES[kind]}`));
  for (const copy of copies.sort(byWriting).reverse()) {
    if (await restoreCopy(target, copy, path.join(dataDir, COPIES[kind]))) return true;
    problems.push({ path: copy, ko: '손상되어 더 오래된 사본을 찾습니다.', en: 'Damaged; an older copy is taken.' });
  }
  return false;
}

/**
 * Brings the certificates with their keys and the drill key back: they are on encrypted targets only. Without them the
 * first start makes a new authority, which staff has to install again.
 */
export async function restoreKeys(target: Target, dataDir: string): Promise<void> {
  if (await restoreNewest(target, dataDir, 'keys', [])) await unpackKeyBundle(path.join(dataDir, COPIES.keys), dataDir);
}

/**
 * Brings the index back when the newest copy is of exactly the files that were restored (`mark`).
 *
 * It gets a new epoch: other disks may hold runs that this copy knows nothing of, and followers must not mistake new
 * lines of the change log for old ones.
 * @returns false when there is no such copy; the first start then makes the index from the files
 */
export async function restoreIndex(target: Target, dataDir: string, mark: Mark): Promise<boolean> {
  const copy = (await latestRuns(target)).withCopies?.copies.index;
  if (!copy || copy.epoch !== mark.epoch || copy.seq !== mark.seq) return false;
  if (!(await restoreCopy(target, copy.path, path.join(dataDir, COPIES.index)))) return false;
  const database = await Database.open(dataDir);
  try {
    await database.write('setMeta', { key: 'epoch', value: randomUUID() });
  } finally {
    await database.close();
  }
  return true;
}

/** Copies one file next to its place and gives it its name when its hash is right. */
async function restoreCopy(target: Target, copy: string, to: string): Promise<boolean> {
  const paper = await target.read(`${copy}.sha256`);
  const reader = await target.open(copy);
  if (!paper || !reader) return false;
  const part = `${to}.part`;
  const out = await open(part, 'w', 0o600);
  const hash = createHash('sha256');
  try {
    const buffer = Buffer.allocUnsafe(CHUNK);
    for (let at = 0; at < reader.size; ) {
      const read = await reader.read(buffer, at).catch(() => 0);
      if (read === 0) break;
      hash.update(buffer.subarray(0, read));
      await out.writeFile(buffer.subarray(0, read));
      at += read;
    }
    await out.sync();
  } finally {
    await out.close();
    await reader.close();
  }
  if (hash.digest('hex') !== toldHash(paper, copy)) {
    await rm(part);
    return false;
  }
  await rename(part, to);
  await flushFolder(path.dirname(to));
  return true;
}

function none(kind: CopyKind): Problem {
  return { path: `db/*.${COPIES[kind]}`, ko: '쓸 수 있는 사본이 없습니다.', en: 'There is no good copy.' };
}
