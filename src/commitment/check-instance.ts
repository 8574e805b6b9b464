/** Whether an instance is really here: in the index, its current version whole on the disk, byte for byte what was received. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { Archive } from '../archive/archive.ts';
import type { StoredInstance } from '../archive/retrieve.ts';
import { FAILURE_REASON, type InstanceReference } from '../dicom/storage-commitment.ts';
import type { Log } from '../log.ts';

type Checked = Pick<Archive, 'retrieve' | 'status' | 'rebuilt'>;

/** The Failure Reason for a reference; 0 when the instance is safe. Reads its whole file, unless it is stopped. Never throws. */
export async function checkInstance(
  archive: Checked,
  reference: InstanceReference,
  log: Log,
  signal: AbortSignal,
): Promise<number> {
  try {
    const [instance] = await archive.retrieve.instances({ sopInstanceUid: reference.sopInstanceUid, limit: 1 });
    if (instance === undefined) return missing(archive);
    if (instance.sopClassUid !== reference.sopClassUid) return FAILURE_REASON.classInstanceConflict;
    if (await isWhole(archive, instance, signal)) return 0;
    log.error({ file: instance.fileId }, 'a stored file is damaged: storage commitment refused');
  } catch (error) {
    if (!signal.aborted) log.error({ err: error }, 'an instance cannot be checked: storage commitment refused');
  }
  return FAILURE_REASON.processingFailure;
}

/** As long as the index is not whole nobody can say that an instance is not here. */
function missing(archive: Checked): number {
  const whole = archive.status().index.state === 'ready';
  return whole ? FAILURE_REASON.noSuchInstance : FAILURE_REASON.processingFailure;
}

async function isWhole(archive: Checked, instance: StoredInstance, signal: AbortSignal): Promise<boolean> {
  const { size } = await stat(instance.path);
  if (size !== instance.dataSetOffset + instance.dataSetLength) return false;
  const hash = createHash('sha256');
  await archive.retrieve.read(instance, 0, instance.dataSetLength, (chunk) => {
    signal.throwIfAborted();
    hash.update(chunk);
  });
  return hash.digest('hex') === instance.sha256;
}
