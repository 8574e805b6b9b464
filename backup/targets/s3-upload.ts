/**
 * One new object: sent in parts, which nobody sees before they are completed, then read back and compared. A small one goes
 * in one request. Where the store knows conditions (`If-None-Match: *`), an object that is there is never overwritten, even
 * by another computer that writes at the same moment.
 */
import { createHash } from 'node:crypto';
import { ArchiveError } from '../../src/errors.ts';
import type { TargetWriter } from '../target.ts';
import type { S3Answer, S3Client, S3Request } from './s3-client.ts';
import { openObject } from './s3-reader.ts';
import { textOf } from './s3-xml.ts';

/** All parts but the last are of this size; some stores demand it. */
export const PART_BYTES = 8 * 1024 * 1024;
/** S3's limit: 80 GB in one object. */
const MOST_PARTS = 10_000;
const CHUNK = 1024 * 1024;

export class ObjectWriter implements TargetWriter {
  readonly #client: S3Client;
  readonly #path: string;
  readonly #replace: boolean;
  readonly #hash = createHash('sha256');
  #size = 0;
  #part: Buffer | undefined;
  #filled = 0;
  #upload: { id: string; etags: string[] } | undefined;
  /** The object may lie under its name by now, unproved. */
  #placed = false;

  constructor(client: S3Client, path: string, replace: boolean) {
    this.#client = client;
    this.#path = path;
    this.#replace = replace;
  }

  async write(chunk: Buffer): Promise<void> {
    for (let at = 0; at < chunk.length; ) {
      if (this.#filled === PART_BYTES) await this.#sendPart();
      this.#part = roomier(this.#part, this.#filled, chunk.length - at);
      const copied = chunk.copy(this.#part, this.#filled, at);
      this.#filled += copied;
      at += copied;
    }
    this.#hash.update(chunk);
    this.#size += chunk.length;
  }

  async commit(onRead?: (bytes: number) => void): Promise<{ size: number; sha256: string }> {
    if (this.#upload) await this.#sendPart();
    this.#placed = true;
    const { status } = this.#upload ? await this.#complete(this.#upload) : await this.#put();
    const sha256 = this.#hash.digest('hex');
    const back = await readBack(this.#client, this.#path, onRead);
    const same = back.size === this.#size && back.sha256 === sha256;
    // An earlier try of ours, whose answer was lost, may have placed it already.
    if (!same && status === 412) {
      this.#placed = false;
      throw taken(this.#client, this.#path);
    }
    if (!same) {
      const detail = `${this.#client.where}/${this.#path}: wrote ${this.#size} bytes, read back ${back.size}`;
      throw new ArchiveError('BACKUP_VERIFY_MISMATCH', detail);
    }
    this.#placed = false;
    this.#upload = undefined;
    this.#part = undefined;
    return { size: this.#size, sha256 };
  }

  async discard(): Promise<void> {
    const key = this.#client.keyOf(this.#path);
    const { id } = this.#upload ?? {};
    this.#part = undefined;
    const drop = (query: Record<string, string>) =>
      // What remains counts for nothing without a manifest; the next run drops it.
      this.#client.ask({ method: 'DELETE', key, query, accept: [404] }).catch(() => undefined);
    if (id !== undefined) await drop({ uploadId: id });
    if (this.#placed) await drop({});
  }

  async #sendPart(): Promise<void> {
    this.#upload ??= { id: await this.#begin(), etags: [] };
    const { id, etags } = this.#upload;
    if (etags.length === MOST_PARTS) {
      throw new ArchiveError(
        'BACKUP_WRITE_FAILED',
        `${this.#client.where}/${this.#path}: > ${MOST_PARTS * PART_BYTES} B`,
      );
    }
    const { headers } = await this.#client.ask({
      method: 'PUT',
      key: this.#client.keyOf(this.#path),
      query: { partNumber: String(etags.length + 1), uploadId: id },
      body: this.#filledPart(),
    });
    etags.push(headers.get('etag') ?? '');
    this.#filled = 0;
  }

  async #begin(): Promise<string> {
    const key = this.#client.keyOf(this.#path);
    const { body } = await this.#client.ask({ method: 'POST', key, query: { uploads: '' } });
    const id = textOf(body.toString('utf8'), 'UploadId');
    if (id === undefined) throw new ArchiveError('BACKUP_WRITE_FAILED', `${this.#client.where}: no UploadId`);
    return id;
  }

  #put(): Promise<S3Answer> {
    return this.#unlessThere({ method: 'PUT', key: this.#client.keyOf(this.#path), body: this.#filledPart() });
  }

  #complete({ id, etags }: { id: string; etags: readonly string[] }): Promise<S3Answer> {
    const parts = etags.map((etag, i) => `<Part><PartNumber>${i + 1}</PartNumber><ETag>${escaped(etag)}</ETag></Part>`);
    const body = Buffer.from(
      `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${parts.join('')}</CompleteMultipartUpload>`,
    );
    const key = this.#client.keyOf(this.#path);
    return this.#unlessThere({ method: 'POST', key, query: { uploadId: id }, body });
  }

  /** @returns an answer of 412 when the name is taken, of 404 when an earlier try has completed the upload */
  async #unlessThere(request: S3Request): Promise<S3Answer> {
    const accept = [412, ...(request.method === 'POST' ? [404] : [])];
    if (this.#replace) return this.#client.ask({ ...request, accept });
    const headers = { 'if-none-match': '*' };
    const answer = await this.#client.ask({ ...request, headers, accept: [...accept, 501] });
    // A store that knows no conditions; create() has looked.
    return answer.status === 501 ? this.#client.ask({ ...request, accept }) : answer;
  }

  #filledPart(): Buffer {
    return this.#part?.subarray(0, this.#filled) ?? Buffer.alloc(0);
  }
}

/** A buffer with room for more, up to a part: small objects need no large one. */
function roomier(part: Buffer | undefined, filled: number, more: number): Buffer {
  const needed = Math.min(PART_BYTES, filled + more);
  if (part && part.length >= needed) return part;
  const grown = Buffer.allocUnsafeSlow(Math.min(PART_BYTES, Math.max(needed, 2 * (part?.length ?? 0))));
  part?.copy(grown, 0, 0, filled);
  return grown;
}

/** Size and hash of what comes back; of what there is, when something is missing. */
async function readBack(client: S3Client, path: string, onRead: (bytes: number) => void = () => undefined) {
  const hash = createHash('sha256');
  const reader = await openObject(client, path);
  if (!reader) throw new ArchiveError('BACKUP_VERIFY_MISMATCH', `${client.where}/${path}: not there after writing`);
  const buffer = Buffer.allocUnsafe(Math.min(CHUNK, Math.max(1, reader.size)));
  for (let at = 0; at < reader.size; ) {
    const read = await reader.read(buffer, at);
    hash.update(buffer.subarray(0, read));
    at += read;
    onRead(read);
  }
  return { size: reader.size, sha256: hash.digest('hex') };
}

export function taken(client: S3Client, path: string): ArchiveError {
  const detail = `${client.where}/${path}: 이미 있는 파일입니다. The file exists already.`;
  return new ArchiveError('BACKUP_WRITE_FAILED', detail);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
