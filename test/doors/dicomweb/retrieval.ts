/** What the tests of retrieval share: images in the archive behind the door, and what came out of it. */
import type { Archive } from '../../../src/archive/archive.ts';
import { store } from '../../support/archive.ts';
import { type Instance, type InstanceOptions, makeInstance } from '../../support/synthetic.ts';

export const JPEG = '1.2.840.10008.1.2.4.50';
export const PDF = '1.2.840.10008.5.1.4.1.1.104.1';
export const SR = '1.2.840.10008.5.1.4.1.1.88.11';

/** Stores an image; `url` is where it is retrieved. */
export async function storeInstance(
  { archive }: { readonly archive: Archive },
  options: InstanceOptions = {},
): Promise<Instance & { url: string }> {
  const instance = makeInstance(options);
  await store(archive, instance);
  return { ...instance, url: urlOf(instance) };
}

function urlOf({ studyInstanceUid, seriesInstanceUid, sopInstanceUid }: Instance): string {
  return `/studies/${studyInstanceUid}/series/${seriesInstanceUid}/instances/${sopInstanceUid}`;
}

export async function bytesOf(response: Response): Promise<Buffer> {
  return Buffer.from(await response.arrayBuffer());
}

/** Status and code of a failure: '404 NOT_FOUND'. */
export async function codeOf(response: Response): Promise<string> {
  return `${response.status} ${((await response.json()) as { code: string }).code}`;
}

/** Columns and rows of a baseline JPEG. */
export function jpegSize(bytes: Buffer): [number, number] {
  const at = bytes.indexOf(Buffer.from('ffc0', 'hex'));
  return [bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5)];
}
