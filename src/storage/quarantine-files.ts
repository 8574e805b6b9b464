/** Bytes that cannot be stored as an image lie under quarantine/, named by their hash. */
import { rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { flushFolder, makeFolder } from './flush.ts';
import type { SealedFile } from './incoming-image.ts';

export function quarantinePath(dataDir: string, file: string): string {
  if (!/^[0-9a-f]{64}\.dcm$/.test(file)) throw new TypeError('not a name of a quarantined file');
  return join(dataDir, 'quarantine', file);
}

/** Moves a sealed file into quarantine; durable when it resolves. Returns its name there. */
export async function moveToQuarantine(dataDir: string, sealed: SealedFile): Promise<string> {
  const file = `${sealed.sha256.toString('hex')}.dcm`;
  await makeFolder(join(dataDir, 'quarantine'));
  await rename(sealed.path, quarantinePath(dataDir, file));
  await flushFolder(join(dataDir, 'quarantine'));
  await flushFolder(dirname(sealed.path));
  return file;
}
