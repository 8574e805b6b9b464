/** WADO-RS: whole instances, stored bytes under a fresh meta group (PS3.18 section 10.4.1.1.1). */
import type { StoredInstance } from '../../archive/retrieve.ts';
import { encodeFileMeta } from '../../dicom/part10.ts';
import { serviceRoot } from './answer.ts';
import { type Content, contentOfBytes, contentOfRanges, joined } from './content.ts';
import { type Door, type Exchange, instancesOf } from './door.ts';
import { MultipartFraming } from './multipart-writer.ts';
import { negotiateInstances } from './negotiate.ts';
import { type Part, sendMultipart, sendSingle } from './send-content.ts';

const DICOM = 'application/dicom';
/** So many parts are counted beforehand, for a Content-Length; longer answers are sent in chunks. */
const COUNTED_PARTS = 500;

export async function retrieveInstances(door: Door, exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  const instances = await instancesOf(door, request);
  const [first] = instances;
  const syntaxes = new Set(instances.map((instance) => instance.transferSyntaxUid));
  const single = instances.length === 1;
  const { multipart } = negotiateInstances(exchange.accept, exchange.acceptParameter, syntaxes, single);
  door.trail.downloaded(request, response, first);
  const root = serviceRoot(request);
  const partOf = (instance: StoredInstance) => dicomPart(door, instance, root);
  if (!multipart) return sendSingle(exchange, partOf(first));
  const framing = new MultipartFraming(DICOM);
  if (instances.length <= COUNTED_PARTS) return sendMultipart(exchange, framing, instances.map(partOf));
  await sendMultipart(exchange, framing, oneByOne(instances, partOf));
}

function* oneByOne(instances: readonly StoredInstance[], partOf: (instance: StoredInstance) => Part): Generator<Part> {
  for (const instance of instances) yield partOf(instance);
}

function dicomPart(door: Door, instance: StoredInstance, root: string): Part {
  const { studyInstanceUid, seriesInstanceUid, sopInstanceUid, transferSyntaxUid } = instance;
  return {
    contentType: `${DICOM}; transfer-syntax=${transferSyntaxUid}`,
    location: `${root}/studies/${studyInstanceUid}/series/${seriesInstanceUid}/instances/${sopInstanceUid}`,
    content: part10(door, instance),
  };
}

/** The instance as a file. Where it came from, which our stored meta group says, is nobody else's business. */
export function part10(door: Pick<Door, 'archive'>, instance: StoredInstance): Content {
  const { sopClassUid, sopInstanceUid, transferSyntaxUid, dataSetLength } = instance;
  const meta = encodeFileMeta({ sopClassUid, sopInstanceUid, transferSyntaxUid });
  return joined([contentOfBytes(meta), contentOfRanges(door.archive.retrieve, instance, [[0, dataSetLength]])]);
}
