/** A target in a bucket of an S3-compatible store. It takes encrypted backups only. */
import type { Bucket } from '../cloud.ts';
import type { Target } from '../target.ts';
import { S3Client, type S3Patience } from './s3-client.ts';
import { listObjects, listUploads } from './s3-list.ts';
import { LOCK, lockBucket } from './s3-lock.ts';
import { openObject } from './s3-reader.ts';
import { ObjectWriter, taken } from './s3-upload.ts';

/** @param site the folder in the bucket that is all ours */
export function s3Target(bucket: Bucket, site: string, patience?: S3Patience): Target {
  const client = new S3Client(bucket, site, patience);

  return {
    where: client.where,
    onlyEncrypted: true,
    async list(folder) {
      const { objects } = await listObjects(client, folder === '' ? '' : `${folder}/`);
      return objects
        .map(({ path }) => path)
        .filter((path) => !path.startsWith(LOCK))
        .sort();
    },
    async read(path) {
      const { status, body } = await client.ask({ method: 'GET', key: client.keyOf(path), accept: [404] });
      return status === 404 ? undefined : body;
    },
    open: (path) => openObject(client, path),
    async create(path, { replace = false } = {}) {
      const head = { method: 'HEAD', key: client.keyOf(path), accept: [404] } as const;
      if (!replace && (await client.ask(head)).status !== 404) throw taken(client, path);
      return new ObjectWriter(client, path, replace);
    },
    async remove(path) {
      await client.ask({ method: 'DELETE', key: client.keyOf(path), accept: [404] });
    },
    async dropUnfinished() {
      for (const { key, uploadId } of await listUploads(client)) {
        await client.ask({ method: 'DELETE', key, query: { uploadId }, accept: [404] });
      }
    },
    /** A bucket does not say; but that it answers is worth asking. */
    async freeBytes() {
      const query = { 'list-type': '2', 'max-keys': '1', prefix: client.keyOf('disk.json') };
      await client.ask({ method: 'GET', query });
      return undefined;
    },
    lock: (owner) => lockBucket(client, owner),
  };
}
