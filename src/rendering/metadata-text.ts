/**
 * The metadata of any number of instances as one JSON text, gzip compressed while it is made. Neither the text nor its
 * parsing ever touches the event loop: workers write it, zlib's threads compress it, small results are kept.
 */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { MetadataBatch, NamedInstance } from './jobs.ts';
import { LruCache } from './lru-cache.ts';

/** Instances of one job. */
const BATCH = 32;
/** Jobs asked for ahead of the one that is being sent. */
const AHEAD = 2;
/** Compressed bytes of one answer that are kept at most. */
const MAX_KEPT = 8 << 20;
/** To be raised whenever the same file gives other metadata. */
const FORMAT = '1';

export type MakeBatch = (instances: readonly NamedInstance[], root: string) => Promise<MetadataBatch>;

export interface MetadataText {
  /** Changes with the set of files, the root URL and our format. */
  readonly etag: string;
  /** The gzip stream of the JSON array. */
  compressed(): AsyncIterable<Buffer>;
}

export class MetadataTexts {
  readonly #cache: LruCache<Buffer>;
  readonly #makeBatch: MakeBatch;

  /** `cacheBytes` bound the compressed answers that are kept. */
  constructor(cacheBytes: number, makeBatch: MakeBatch) {
    this.#cache = new LruCache(cacheBytes, (gzip) => gzip.length);
    this.#makeBatch = makeBatch;
  }

  /** `fileId` names bytes that never change, so a key of file ids never goes stale. */
  of(instances: readonly (NamedInstance & { fileId: string })[], root: string): MetadataText {
    const hash = createHash('sha1').update(`${FORMAT} ${root}`);
    for (const { fileId } of instances) hash.update(`\n${fileId}`);
    const key = hash.digest('base64url');
    return { etag: `"${key}"`, compressed: () => this.#compressed(key, instances, root) };
  }

  async *#compressed(key: string, instances: readonly NamedInstance[], root: string): AsyncIterable<Buffer> {
    const kept = this.#cache.get(key);
    if (kept) {
      yield kept;
      return;
    }
    const collected: Buffer[] = [];
    let size = 0;
    const text = Readable.from(this.#text(instances, root), { objectMode: false });
    const gzip = createGzip({ level: 5 });
    text.on('error', (error) => gzip.destroy(error));
    try {
      for await (const chunk of text.pipe(gzip) as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size <= MAX_KEPT) collected.push(chunk);
        yield chunk;
      }
    } finally {
      text.destroy();
    }
    if (size <= MAX_KEPT) this.#cache.set(key, Buffer.concat(collected));
  }

  async *#text(instances: readonly NamedInstance[], root: string): AsyncGenerator<Buffer> {
    const underWay: Promise<MetadataBatch>[] = [];
    let next = 0;
    const ask = () => {
      if (next >= instances.length) return;
      const batch = this.#makeBatch(instances.slice(next, next + BATCH), root);
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
}
