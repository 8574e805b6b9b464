/** Keys that a restored appliance needs to stay the one that PCs and devices trust; they go to encrypted targets only. */
import { mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { flushFolder } from '../../src/storage/flush.ts';
import { COPIES } from '../snapshot.ts';
import { DRILL_KEY } from './key-ring.ts';

const CERTIFICATES = 'certificates';
const SAFE_NAME = /^(certificates\/[\w-][\w.-]*|backup-drill\.key)$/;

interface KeyFile {
  /** Relative to the data folder, with `/`. */
  path: string;
  text: string;
}

/** Writes the keys of a data folder into one file in `folder`. @returns the file */
export async function writeKeyBundle(dataDir: string, folder: string): Promise<string> {
  const names = (await readdir(path.join(dataDir, CERTIFICATES)).catch(() => [])).sort();
  const files: KeyFile[] = [];
  for (const name of [...names.map((name) => `${CERTIFICATES}/${name}`), DRILL_KEY]) {
    const text = await readFile(path.join(dataDir, name), 'utf8').catch(() => undefined);
    if (text !== undefined && SAFE_NAME.test(name)) files.push({ path: name, text });
  }
  const bundle = path.join(folder, COPIES.keys);
  await writeFile(bundle, JSON.stringify({ files }), { mode: 0o600 });
  return bundle;
}

/** Puts the keys of a bundle into their places, for their owner only, and takes the bundle away. */
export async function unpackKeyBundle(bundle: string, dataDir: string): Promise<void> {
  const { files } = JSON.parse(await readFile(bundle, 'utf8')) as { files: KeyFile[] };
  await mkdir(path.join(dataDir, CERTIFICATES), { recursive: true, mode: 0o700 });
  for (const { path: name, text } of files.filter((file) => SAFE_NAME.test(file.path))) {
    const handle = await open(path.join(dataDir, ...name.split('/')), 'w', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
  await flushFolder(path.join(dataDir, CERTIFICATES));
  await rm(bundle);
}
