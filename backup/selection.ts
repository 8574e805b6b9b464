/** Which files of a backup are wanted: all, or those of one patient, one study or one instance. */
import { type ManifestEntry, parseManifest, salvageEntries } from './manifest.ts';

export interface Selection {
  /** UIDs of which a line of a manifest names one when it is wanted. */
  uids: readonly string[];
  /** Of these only, when given. */
  paths?: ReadonlySet<string>;
}

/**
 * The wanted entries of a manifest. Lines that name none of the UIDs are not even read: a study is found among a million
 * images in the time that it takes to read their manifests.
 */
export function wantedEntries(file: Buffer, selection: Selection | undefined): ManifestEntry[] {
  if (!selection) return parseManifest(file)?.entries ?? salvageEntries(file);
  const { uids, paths } = selection;
  const quoted = uids.map((uid) => Buffer.from(`"${uid}"`));
  const lines = new Set<number>();
  for (const uid of quoted) {
    for (let at = file.indexOf(uid); at >= 0; at = file.indexOf(uid, at + uid.length)) {
      lines.add(file.lastIndexOf(0x0a, at) + 1);
    }
  }
  const text = [...lines]
    .sort((a, b) => a - b)
    .map((start) => file.subarray(start, endOfLine(file, start)).toString('utf8'))
    .join('\n');
  return salvageEntries(Buffer.from(text)).filter(({ path }) => !paths || paths.has(path));
}

function endOfLine(file: Buffer, start: number): number {
  const end = file.indexOf(0x0a, start);
  return end < 0 ? file.length : end;
}
