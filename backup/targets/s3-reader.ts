/** An object read in ranges. Readers go through it from front to back: a window runs ahead of them, each a request that can be tried again. */
import { ArchiveError } from '../../src/errors.ts';
import type { TargetReader } from '../target.ts';
import type { S3Client } from './s3-client.ts';

const FIRST_WINDOW = 256 * 1024;
const LARGEST_WINDOW = 4 * 1024 * 1024;

/** Undefined when there is no such object. */
export async function openObject(client: S3Client, path: string): Promise<TargetReader | undefined> {
  const key = client.keyOf(path);
  const { status, headers } = await client.ask({ method: 'HEAD', key, accept: [404] });
  return status === 404 ? undefined : new ObjectReader(client, key, Number(headers.get('content-length')));
}

class ObjectReader implements TargetReader {
  readonly size: number;
  readonly #client: S3Client;
  readonly #key: string;
  #window: Buffer = Buffer.alloc(0);
  #at = 0;
  #next = FIRST_WINDOW;

  constructor(client: S3Client, key: string, size: number) {
    this.#client = client;
    this.#key = key;
    this.size = size;
  }

  async read(into: Buffer, position: number): Promise<number> {
    let filled = 0;
    while (filled < into.length && position + filled < this.size) {
      const from = position + filled - this.#at;
      if (from < 0 || from >= this.#window.length) await this.#move(position + filled, into.length - filled);
      else filled += this.#window.copy(into, filled, from);
    }
    return filled;
  }

  async close(): Promise<void> {
    this.#window = Buffer.alloc(0);
  }

  async #move(to: number, wanted: number): Promise<void> {
    const goesOn = to === this.#at + this.#window.length && this.#window.length > 0;
    this.#next = goesOn ? Math.min(this.#next * 2, LARGEST_WINDOW) : FIRST_WINDOW;
    const length = Math.min(this.size - to, Math.max(this.#next, Math.min(wanted, LARGEST_WINDOW)));
    this.#window = Buffer.alloc(0);
    const headers = { range: `bytes=${to}-${to + length - 1}` };
    const { status, body } = await this.#client.ask({ method: 'GET', key: this.#key, headers });
    const whole = status === 200 && to === 0 && length === this.size;
    if ((status !== 206 && !whole) || body.length !== length) {
      const detail = `${this.#client.where} ${this.#key}: asked for ${length} bytes, got ${body.length} (${status})`;
      throw new ArchiveError('BACKUP_VERIFY_MISMATCH', detail);
    }
    this.#window = body;
    this.#at = to;
  }
}
