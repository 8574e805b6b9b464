/** Study Root C-FIND as SCU, for one study: does an archive know it? The library is loaded on first use. */
import type { Device } from './services.ts';

export type FindResult =
  /** Study Instance UIDs of the answers. */
  { kind: 'answered'; studies: string[] } | { kind: 'failed'; detail: string };

/** Milliseconds to connect and to answer. */
const PATIENCE = { connectTimeout: 5000, associationTimeout: 5000, pduTimeout: 15_000 };
/** PS3.7 section 9.1.2.1.5: success, and the two kinds of pending. */
const SUCCESS = 0x0000;
const PENDING = [0xff00, 0xff01];

/**
 * Asks for a study by its UID (PS3.4 section C.4.1). Never throws: what went wrong is the outcome.
 * @param callingAe our own AE title
 */
export async function findStudy(
  { host, port, aeTitle }: Pick<Device, 'aeTitle' | 'host'> & { port: number },
  callingAe: string,
  studyInstanceUid: string,
): Promise<FindResult> {
  const { default: library } = await import('dcmjs-dimse');
  library.log.setLevel('silent', false);
  const client = new library.Client();
  const request = library.requests.CFindRequest.createStudyFindRequest({ StudyInstanceUID: studyInstanceUid });
  const studies: string[] = [];
  const { promise, resolve } = Promise.withResolvers<FindResult>();
  const fail = (detail: string) => resolve({ kind: 'failed', detail });
  request.on('response', (response) => {
    const status = response.getStatus() ?? 0;
    const uid = response.getDataset()?.getElement('StudyInstanceUID');
    if (PENDING.includes(status)) studies.push(String(uid));
    else if (status === SUCCESS) resolve({ kind: 'answered', studies });
    else fail(`C-FIND: ${status.toString(16).padStart(4, '0')}H`);
  });
  client.on('associationRejected', () => fail('the association is rejected'));
  client.on('networkError', (error: Error) => fail(error.message));
  client.on('closed', () => fail('the connection is closed'));
  client.addRequest(request);
  client.send(host, port, callingAe, aeTitle, PATIENCE);
  return promise;
}
