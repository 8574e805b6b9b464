/**
 * The metadata of any number of instances as one JSON text, gzip compressed while it is made. Neither the text nor its
 * parsing ever touches the event loop: workers write it, zlib's threads compress it. That of a series is kept on disk.
 */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { type DerivedFiles, seriesFolder } from './derived-files.ts';
import type { MetadataBatch, NamedInstance } from './jobs.ts';
import { LruCache } from './lru-cache.ts';

/** Instances of one job. */
const BATCH = 32;
/** Jobs asked for ahead of the one that is being sent. */
const AHEAD = 2;
/** Compressed bytes of one answer that are kept in memory at most. */
const MAX_KEPT = 8 << 20;
/** Answers about more instances are sent while they are made, each for itself. */
const MADE_WHOLE = 1000;
/** To be raised whenever the same file gives other metadata. */
const FORMAT = '2';

export type MakeBatch = (instances: readonly NamedInstance[], root: string) => Promise<MetadataBatch>;
type Named = NamedInstance & { readonly fileId: string };

/** Files whose metadata is asked for, in reading order. `fileId` names bytes that never change. */
export interface MetadataSubject {
  readonly fileIds: readonly string[];
  /** Set when these are all the files of one series, whose metadata is kept on disk. */
  readonly series?: { readonly studyInstanceUid: string; readonly seriesInstanceUid: string };
  /** What is known of the files; asked for only when the answer is not there yet. */
  instances(): Promise<readonly Named[]>;
}

export interface MetadataText {
  /** Changes with the set of files, the root URL and our format. */
  readonly etag: string;
  /** The JSON array compressed by gzip: whole, or while it is made when it is long. */
  compressed(): Promise<Buffer | AsyncIterable<Buffer>>;
}

export class MetadataTexts {
  readonly #cache: LruCache<Buffer>;
  readonly #files: DerivedFiles;
  readonly #makeBatch: MakeBatch;
  readonly #underWay = new Map<string, Promise<Buffer>>();

  /** `cacheBytes` bound the compressed answers that are kept in memory. */
  constructor(cacheBytes: number, files: DerivedFiles, makeBatch: MakeBatch) {
    this.#cache = new LruCache(cacheBytes, (gzip) => gzip.length);
    this.#files = files;
    this.#makeBatch = makeBatch;
  }

  of(subject: MetadataSubject, root: string): MetadataText {
    const key = keyOf(subject.fileIds, root);
    return { etag: `"${key}"`, compressed: () => this.#compressed(key, subject, root) };
  }

  /** Writes the metadata of a whole series to disk unless it is there, and removes what is out of date. */
  async prepare(instances: readonly Named[], root: string, makeBatch: MakeBatch): Promise<void> {
    const [first] = instances;
    if (!first) return;
    const fileIds = instances.map(({ fileId }) => fileId);
    const path = pathOf(first, keyOf(fileIds, root));
    if (await this.#files.has(path)) return;
    await this.#keep(path, await collected(gzipOf(textOf(instances, root, makeBatch))));
  }

  async #compressed(key: string, subject: MetadataSubject, root: string): Promise<Buffer | AsyncIterable<Buffer>> {
    const kept = this.#cache.get(key);
    if (kept) return kept;
    if (subject.fileIds.length <= MADE_WHOLE) return this.#whole(key, subject, root);
    return gzipOf(textOf(await subject.instances(), root, this.#makeBatch));
  }

  /** Made once for all who ask at the same time. */
  #whole(key: string, subject: MetadataSubject, root: string): Promise<Buffer> {
    const known = this.#underWay.get(key);
    if (known) return known;
    const underWay = this.#readOrMake(key, subject, root).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, underWay);
    return underWay;
  }

  async #readOrMake(key: string, subject: MetadataSubject, root: string): Promise<Buffer> {
    const path = subject.series && pathOf(subject.series, key);
    const read = path === undefined ? undefined : await this.#files.read(path);
    const gzip = read ?? (await this.#make(subject, root));
    if (path !== undefined && !read) await this.#keep(path, gzip);
    if (gzip.length <= MAX_KEPT) this.#cache.set(key, gzip);
    return gzip;
  }

  async #make(subject: MetadataSubject, root: string): Promise<Buffer> {
    // An image that came since is not in the key, so it must not be in the answer.
    const asked = new Set(subject.fileIds);
    const instances = (await subject.instances()).filter(({ fileId }) => asked.has(fileId));
    return collected(gzipOf(textOf(instances, root, this.#makeBatch)));
  }

  /** What a series had before another image came, or under our former format, is of no use any more. */
  async #keep(path: string, gzip: Buffer): Promise<void> {
    await this.#files.keep(path, gzip);
    await this.#files.remove(path.slice(0, path.lastIndexOf('.', path.length - '.json.gz'.length - 1)), true);
  }
}

/** '<files>.<root>': the first part is the same whatever address the client uses. */
function keyOf(fileIds: readonly string[], root: string): string {
  const files = createHash('sha1').update(`${FORMAT}\n${fileIds.join('\n')}`);
  return `${files.digest('hex')}.${createHash('sha1').update(root).digest('hex').slice(0, 12)}`;
}

function pathOf(series: { studyInstanceUid: string; seriesInstanceUid: string }, key: string): string {
  return `${seriesFolder(series)}/${key}.json.gz`;
}

async function* gzipOf(pieces: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const text = Readable.from(pieces, { objectMode: false });
  const gzip = createGzip({ level: 5 });
  text.on('error', (error) => gzip.destroy(error));
  try {
    yield* text.pipe(gzip) as AsyncIterable<Buffer>;
  } finally {
    text.destroy();
  }
}

async function collected(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

async function* textOf(
  instances: readonly NamedInstance[],
  root: string,
  makeBatch: MakeBatch,
): AsyncGenerator<Buffer> {
  const underWay: Promise<MetadataBatch>[] = [];
  let next = 0;
  const ask = () => {
    if (next >= instances.length) return;
    const batch = makeBatch(instances.slice(next, next + BATCH), root);
    batch.catch(() => undefined); // seen when its turn comes
    underWay.push(batch);
    next += BATCH;
  };
  for (let i = 0; i < AHEAD; i++) ask();
  let separator = '[';
  for (let batch = underWay.shift(); batch; batch = underWay.shift()) {
    const { json } = await batch;
    ask();
    yield Buffer.from(separator);
    yield Buffer.from(json.buffer, json.byteOffset, json.byteLength);
    separator = ',';
  }
  yield Buffer.from(instances.length === 0 ? '[]' : ']');
}
