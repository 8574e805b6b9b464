/** C-GET identifiers: which stored instances are meant (PS3.4 section C.4.3.1.3). */
import type { Retriever, StoredInstance } from '../../archive/retrieve.ts';
import { type DataSet, texts } from '../../dicom/data-set.ts';
import { ArchiveError } from '../../errors.ts';
import { levelOf } from './find-identifier.ts';

type Selector = Parameters<Retriever['instances']>[0];

const STUDY_INSTANCE_UID = 0x0020000d;
const SERIES_INSTANCE_UID = 0x0020000e;
const SOP_INSTANCE_UID = 0x00080018;

/** UIDs that one request may list. */
const MOST_UIDS = 10_000;

/** One selector per listed UID of the level. Throws ArchiveError QUERY_INVALID when the level or its key is missing. */
export function selectorsOf(identifier: DataSet): Selector[] {
  const level = levelOf(identifier);
  const studies = uids(identifier, STUDY_INSTANCE_UID);
  const series = uids(identifier, SERIES_INSTANCE_UID);
  // Keys of the levels above are a help, not a must: UIDs are unique, and viewers leave them out.
  const study = studies.length === 1 ? { studyInstanceUid: studies[0] as string } : {};
  const above = series.length === 1 ? { ...study, seriesInstanceUid: series[0] as string } : study;
  if (level === 'STUDY') return required(studies, 'Study').map((studyInstanceUid) => ({ studyInstanceUid }));
  if (level === 'SERIES') {
    return required(series, 'Series').map((seriesInstanceUid) => ({ ...study, seriesInstanceUid }));
  }
  return required(uids(identifier, SOP_INSTANCE_UID), 'SOP').map((sopInstanceUid) => ({ ...above, sopInstanceUid }));
}

function uids(identifier: DataSet, tag: number): string[] {
  return [...new Set(texts(identifier, tag).filter((uid) => uid !== ''))];
}

function required(found: string[], what: string): string[] {
  if (found.length === 0) throw new ArchiveError('QUERY_INVALID', `no ${what} Instance UID`);
  if (found.length > MOST_UIDS) throw new ArchiveError('QUERY_INVALID', `more than ${MOST_UIDS} UIDs`);
  return found;
}

/** The instances that selectors find, in reading order within each. */
export async function findInstances(
  retriever: Pick<Retriever, 'instances'>,
  selectors: readonly Selector[],
): Promise<StoredInstance[]> {
  const found: StoredInstance[] = [];
  for (const selector of selectors) {
    for (const instance of await retriever.instances(selector)) found.push(instance);
  }
  return found;
}
