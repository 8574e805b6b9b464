/**
 * Writes one volume: a ZIP whose entries are stored, not compressed, under their paths below the data folder, so that
 * any unzip tool brings the clinic's files back. Runs in the backup's own process only; archiver is loaded nowhere else.
 *
 * archiver buffers whatever it is given, so back-pressure is kept here: the next file is handed over when nearly all
 * bytes before it were taken by the target.
 */
import { finished } from 'node:stream/promises';
import { ZipArchive } from 'archiver';
import type { ManifestEntry, Unreadable } from './manifest.ts';
import type { PlanItem } from './plan.ts';
import { readAhead, type SourceFile } from './read-source.ts';
import type { TargetWriter } from './target.ts';
import { VolumeSink } from './volume-sink.ts';

/** Bytes handed over and not yet taken by the target, at which the next file waits. */
const IN_FLIGHT = 8 * 1024 * 1024;
/** APPNOTE.TXT section 4.3.7: the fixed part of a local file header. */
const LOCAL_HEADER = 30;

export interface WrittenVolume {
  entries: ManifestEntry[];
  unreadable: Unreadable[];
}

/**
 * Writes the items that are whole into `out`, without committing it.
 * @param onBytes told the bytes written since the last call
 * @throws the target's failure
 */
export async function writeVolume(
  dataDir: string,
  items: readonly PlanItem[],
  out: TargetWriter,
  onBytes: (bytes: number) => void = () => undefined,
): Promise<WrittenVolume> {
  const archive = new ZipArchive({ store: true });
  const sink = new VolumeSink(out, onBytes);
  const end = finished(sink);
  end.catch(() => undefined);
  archive.on('error', (error) => sink.destroy(error));
  archive.pipe(sink);
  const copied: WholeFile[] = [];
  const unreadable: Unreadable[] = [];
  try {
    for await (const file of readAhead(dataDir, items)) {
      if ('reason' in file) unreadable.push({ ...file.item, reason: file.reason });
      else await Promise.race([append(archive, sink, file, copied.length), end]);
      if (!('reason' in file)) copied.push(withoutBytes(file));
    }
    archive.finalize().catch((error) => sink.destroy(error));
    await end;
  } catch (error) {
    archive.abort();
    sink.destroy();
    throw error;
  }
  return { entries: copied.map((file, number) => entryOf(file, sink.offsetOf(number))), unreadable };
}

type WholeFile = Pick<Extract<SourceFile, { sha256: string }>, 'item' | 'sha256'>;

async function append(
  archive: ZipArchive,
  sink: VolumeSink,
  file: Extract<SourceFile, { sha256: string }>,
  number: number,
) {
  const { item } = file;
  sink.handOver(LOCAL_HEADER + Buffer.byteLength(item.path) + item.size);
  const taken = new Promise<void>((resolve) => archive.once('entry', () => resolve()));
  if ('bytes' in file) sink.expect(file.bytes, number);
  const source = 'bytes' in file ? file.bytes : file.open((first) => sink.expect(first, number));
  // archiver does not pass on the failure of a source.
  if (!Buffer.isBuffer(source)) source.once('error', (error) => sink.destroy(error));
  archive.append(source, { name: item.path, mode: 0o644 });
  await taken;
  await sink.below(IN_FLIGHT);
}

/** The bytes are on their way; keeping them here would hold the whole volume in memory. */
function withoutBytes({ item, sha256 }: WholeFile): WholeFile {
  return { item, sha256 };
}

function entryOf({ item, sha256 }: WholeFile, offset: number): ManifestEntry {
  const { path, size, hashed, ...rest } = item;
  return { path, size, sha256, ...rest, dataSetSha256: hashed.sha256, offset };
}
