/** DICOM JSON of instances without their bulk data (PS3.18 section 10.4.1.1.2 and Annex F). */
import { type DicomJson, stringifyDicomJson, toDicomJson } from '../dicom/dicom-json.ts';
import { ArchiveError } from '../errors.ts';
import { readHeader, transferSyntaxOfFrames } from './header.ts';
import { withSource } from './instance-source.ts';
import type { MetadataBatch, NamedInstance } from './jobs.ts';

/** The JSON objects of a batch; one that cannot be read does not spoil the others. `root` is the URL of the service. */
export function metadataBatch(instances: readonly NamedInstance[], root: string): MetadataBatch {
  const unreadable: { sopInstanceUid: string; detail: string }[] = [];
  const objects = instances.map((instance) => {
    try {
      return stringifyDicomJson(metadataOf(instance, root));
    } catch (error) {
      if (!(error instanceof ArchiveError)) throw error;
      unreadable.push({ sopInstanceUid: instance.sopInstanceUid, detail: `${error.code} ${error.detail}` });
      return stringifyDicomJson(namesOf(instance));
    }
  });
  return { json: Buffer.from(objects.join(',')), unreadable };
}

/** Bulk data lies under the instance's own URL: `…/bulkdata/` and the path of the attribute. */
function metadataOf(instance: NamedInstance, root: string): DicomJson {
  const url =
    `${root}/studies/${instance.studyInstanceUid}/series/${instance.seriesInstanceUid}` +
    `/instances/${instance.sopInstanceUid}/bulkdata/`;
  return withSource(instance, (source) => {
    const { dataSet } = readHeader(source);
    const json: DicomJson = toDicomJson(dataSet, { bulkDataUri: (path) => url + path });
    json['00083002'] = { vr: 'UI', Value: [transferSyntaxOfFrames(instance.transferSyntaxUid)] };
    return json;
  });
}

function namesOf(instance: NamedInstance): DicomJson {
  const uid = (value: string) => ({ vr: 'UI', Value: [value] });
  return {
    '00080016': uid(instance.sopClassUid),
    '00080018': uid(instance.sopInstanceUid),
    '0020000D': uid(instance.studyInstanceUid),
    '0020000E': uid(instance.seriesInstanceUid),
  };
}
