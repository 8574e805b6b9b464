/** An S3-compatible object store as config.json names it: its address, and whether anything may be sent there. */
import type { Config } from '../src/config/settings.ts';
import { ArchiveError } from '../src/errors.ts';

/** A bucket, and the keys to it. */
export interface Bucket {
  /** `https://host[:port]` */
  endpoint: string;
  region: string;
  bucket: string;
  /** Folder in the bucket, without slashes at its ends; may be empty. */
  prefix: string;
  accessKeyId: string;
  secretAccessKey: string;
}

/** What tells the place of a cloud from a folder. */
export function isCloud(place: string): boolean {
  return /^https?:\/\//.test(place);
}

/** The place of a bucket, for people and for home's memory: `https://host/bucket/prefix`. */
export function placeOf({
  endpoint,
  bucket,
  prefix = '',
}: {
  endpoint: string;
  bucket: string;
  prefix?: string;
}): string {
  return [new URL(endpoint).origin, bucket, ...(prefix === '' ? [] : [prefix])].join('/');
}

/**
 * The bucket of a configured place.
 * @throws ArchiveError BACKUP_CLOUD_NOT_ALLOWED when config.json has no such target, or its list of allowed clouds does not
 *   name address and region
 */
export function configuredBucket({ targets, allowedClouds }: Config['backup'], place: string): Bucket {
  for (const target of targets) {
    const bucket = bucketOf(target);
    if (!bucket || placeOf(bucket) !== place) continue;
    const { origin } = new URL(bucket.endpoint);
    const allowed = allowedClouds.some(
      ({ endpoint, region }) => new URL(endpoint).origin === origin && region === bucket.region,
    );
    if (allowed) return bucket;
    throw new ArchiveError('BACKUP_CLOUD_NOT_ALLOWED', `${origin} (${bucket.region})`);
  }
  throw new ArchiveError('BACKUP_CLOUD_NOT_ALLOWED', place);
}

/** Does config.json name this place? */
export function isConfigured({ targets }: Config['backup'], place: string): boolean {
  return targets.some((target) => {
    const bucket = bucketOf(target);
    return bucket !== undefined && placeOf(bucket) === place;
  });
}

/** Undefined for other kinds. */
export function bucketOf(target: Config['backup']['targets'][number]): Bucket | undefined {
  const { kind, endpoint, region, bucket, prefix = '', accessKeyId, secretAccessKey } = target;
  if (kind !== 's3' || !endpoint || !region || !bucket || !accessKeyId || !secretAccessKey) return undefined;
  return { endpoint, region, bucket, prefix, accessKeyId, secretAccessKey };
}

/**
 * The bucket that a person names in a terminal, with keys from the environment (`AWS_ACCESS_KEY_ID`,
 * `AWS_SECRET_ACCESS_KEY`, `AWS_REGION`), as other S3 tools take them. For reading: on a new PC there is no config.json yet.
 * @param place `https://host/bucket[/prefix]`
 * @throws ArchiveError REQUEST_INVALID
 */
export function namedBucket(place: string, environment: NodeJS.ProcessEnv = process.env): Bucket {
  const url = new URL(place);
  const [bucket = '', ...prefix] = url.pathname.split('/').filter((part) => part !== '');
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_REGION: region } = environment;
  if (bucket === '' || !accessKeyId || !secretAccessKey || !isSafe(url)) throw notNamed(place);
  return {
    endpoint: url.origin,
    region: region ?? 'us-east-1',
    bucket,
    prefix: prefix.join('/'),
    accessKeyId,
    secretAccessKey,
  };
}

/** Encrypted on its way, or on its way to this computer only. */
function isSafe({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || ['localhost', '[::1]'].includes(hostname) || hostname.startsWith('127.');
}

function notNamed(place: string): ArchiveError {
  const detail =
    `${place}: https://주소/버킷/폴더 로 적고, 환경 변수 AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION을 정해 주세요. / ` +
    'Please name it as https://host/bucket/folder and set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION.';
  return new ArchiveError('REQUEST_INVALID', detail);
}
