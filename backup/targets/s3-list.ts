/** What lies in a bucket below a folder. */
import type { S3Client } from './s3-client.ts';
import { partsOf, textOf } from './s3-xml.ts';

export interface StoredObject {
  /** Below the clinic's folder. */
  path: string;
  /** By the store's clock. */
  modified: Date;
}

export interface Listing {
  objects: StoredObject[];
  /** The store's clock when it answered. */
  now: Date;
}

/** Objects whose path begins so, in the order of their names (ListObjectsV2, a thousand at a time). */
export async function listObjects(client: S3Client, beginning: string): Promise<Listing> {
  const objects: StoredObject[] = [];
  const prefix = client.keyOf(beginning);
  const cut = client.keyOf('').length;
  let now = new Date();
  for (let token: string | undefined, more = true; more; ) {
    const query = { 'list-type': '2', prefix, ...(token !== undefined && { 'continuation-token': token }) };
    const { body, headers } = await client.ask({ method: 'GET', query });
    const xml = body.toString('utf8');
    for (const part of partsOf(xml, 'Contents')) {
      const path = (textOf(part, 'Key') ?? '').slice(cut);
      objects.push({ path, modified: new Date(textOf(part, 'LastModified') ?? 0) });
    }
    now = new Date(headers.get('date') ?? Date.now());
    token = textOf(xml, 'NextContinuationToken');
    more = textOf(xml, 'IsTruncated') === 'true' && token !== undefined;
  }
  return { objects, now };
}

/** Names of folders directly below the client's own. */
export async function listFolders(client: S3Client): Promise<string[]> {
  const prefix = client.keyOf('');
  const query = { 'list-type': '2', prefix, delimiter: '/' };
  const xml = (await client.ask({ method: 'GET', query })).body.toString('utf8');
  return partsOf(xml, 'CommonPrefixes').map((part) => (textOf(part, 'Prefix') ?? '').slice(prefix.length, -1));
}

/**
 * Uploads in parts that nobody completed (ListMultipartUploads). Empty for a store that cannot tell: its own rule for
 * incomplete uploads clears them away.
 */
export async function listUploads(client: S3Client): Promise<{ key: string; uploadId: string }[]> {
  const query = { uploads: '', prefix: client.keyOf('') };
  const { status, body } = await client.ask({ method: 'GET', query, accept: [501] });
  if (status === 501) return [];
  return partsOf(body.toString('utf8'), 'Upload').map((part) => ({
    key: textOf(part, 'Key') ?? '',
    uploadId: textOf(part, 'UploadId') ?? '',
  }));
}
