/** WADO-RS: whole instances under a fresh meta group (PS3.18 section 10.4.1.1.1). */
import type { StoredInstance } from '../../archive/retrieve.ts';
import { ArchiveError } from '../../errors.ts';
import { serviceRoot } from './answer.ts';
import { type Door, type Exchange, instancesOf } from './door.ts';
import { MultipartFraming } from './multipart-writer.ts';
import { negotiateInstances, type SyntaxChoice } from './negotiate.ts';
import { type Part, sendMultipart, sendSingle } from './send-content.ts';
import { chosenContent, type InstanceContent, isSentAsStored, storedContent } from './transcoded-part.ts';

const DICOM = 'application/dicom';
/** So many parts are counted beforehand, for a Content-Length; longer answers are sent in chunks. */
const COUNTED_PARTS = 500;

export async function retrieveInstances(door: Door, exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  const instances = await instancesOf(door, request);
  const [first, ...others] = instances;
  const syntaxes = new Set(instances.map((instance) => instance.transferSyntaxUid));
  const choice = negotiateInstances(exchange.accept, exchange.acceptParameter, syntaxes, others.length === 0);
  const root = serviceRoot(request);
  const asStored = instances.every((instance) => isSentAsStored(choice, instance));
  // Made before anything is recorded or sent: what cannot be had is answered as a failure.
  const begun = partOf(first, await chosenContent(door, first, choice), root);
  door.trail.downloaded(request, response, first);
  if (!choice.multipart) return sendSingle(exchange, begun);
  const framing = new MultipartFraming(DICOM);
  if (!asStored) return sendMultipart(exchange, framing, transcodedParts(door, begun, others, choice, root));
  const stored = (instance: StoredInstance) => partOf(instance, storedContent(door, instance), root);
  if (instances.length <= COUNTED_PARTS) return sendMultipart(exchange, framing, instances.map(stored));
  await sendMultipart(exchange, framing, oneByOne(instances, stored));
}

function* oneByOne(instances: readonly StoredInstance[], stored: (instance: StoredInstance) => Part): Generator<Part> {
  for (const instance of instances) yield stored(instance);
}

/** Once the answer has begun no image is left out: one that cannot be transcoded comes as it is stored. */
async function* transcodedParts(
  door: Door,
  first: Part,
  others: readonly StoredInstance[],
  choice: SyntaxChoice,
  root: string,
): AsyncGenerator<Part> {
  yield first;
  for (const instance of others) {
    const content = await chosenContent(door, instance, choice).catch((error: unknown) => {
      if (error instanceof ArchiveError && error.code === 'NOT_ACCEPTABLE') return storedContent(door, instance);
      throw error;
    });
    yield partOf(instance, content, root);
  }
}

function partOf(instance: StoredInstance, { transferSyntaxUid, content }: InstanceContent, root: string): Part {
  const { studyInstanceUid, seriesInstanceUid, sopInstanceUid } = instance;
  return {
    contentType: `${DICOM}; transfer-syntax=${transferSyntaxUid}`,
    location: `${root}/studies/${studyInstanceUid}/series/${seriesInstanceUid}/instances/${sopInstanceUid}`,
    content,
  };
}
