/**
 * Requests to one bucket of an S3-compatible store: signed (AWS Signature Version 4), with the hash of what is sent, so that
 * the store refuses bytes that changed on their way; tried again when the line or the store fails for a moment. No redirect
 * is followed: nothing goes to an address that nobody allowed.
 */
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { ArchiveError } from '../../src/errors.ts';
import { type Bucket, placeOf } from '../cloud.ts';
import { answerFailure, mayPass, networkFailure } from './s3-failure.ts';
import { textOf } from './s3-xml.ts';

export interface S3Request {
  method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** Below the prefix; absent: the bucket itself. Letters, digits and `/._-` only. */
  key?: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: Buffer;
  /** Status codes that are no failure, beside 2xx. */
  accept?: readonly number[];
}

export interface S3Answer {
  status: number;
  /** Of S3's error answers; '' when there is none. */
  code: string;
  headers: Headers;
  /** Whole; whoever asks for objects asks for ranges. */
  body: Buffer;
  /** It was asked more than once: an earlier try may have done it. */
  repeated: boolean;
}

export interface S3Patience {
  /** Milliseconds without a byte after which a request is given up. Three of them are less than the watchdog of a run waits. */
  silenceMs: number;
  /** Milliseconds before each further try. */
  pausesMs: readonly number[];
}

const PATIENCE: S3Patience = { silenceMs: 180_000, pausesMs: [1000, 5000] };

export class S3Client {
  /** For people. */
  readonly where: string;
  readonly #bucket: Bucket;
  readonly #folder: string;
  readonly #patience: S3Patience;

  /** @param folder of the clinic, below the prefix of the bucket */
  constructor(bucket: Bucket, folder: string, patience: S3Patience = PATIENCE) {
    this.#bucket = bucket;
    this.#folder = [bucket.prefix, folder].filter((part) => part !== '').join('/');
    this.#patience = patience;
    this.where = `${placeOf(bucket)}${folder && `/${folder}`}`;
  }

  /** The whole key of a path below the clinic's folder. */
  keyOf(path: string): string {
    return this.#folder === '' ? path : `${this.#folder}/${path}`;
  }

  /**
   * @throws ArchiveError for every answer that is neither 2xx nor accepted, and when no whole answer comes: see
   *   `s3-failure.ts`
   */
  async ask(request: S3Request): Promise<S3Answer> {
    const { pausesMs } = this.#patience;
    for (let tries = 0; ; tries++) {
      const outcome = await this.#try(request);
      if (outcome.answer) return { ...outcome.answer, repeated: tries > 0 };
      const wait = pausesMs[tries];
      if (!outcome.passing || wait === undefined) throw outcome.failure;
      await pause(wait);
    }
  }

  async #try(request: S3Request): Promise<Outcome> {
    try {
      const answer = await this.#send(request);
      const { status, code } = answer;
      if (isGood(answer, request.accept)) return { answer };
      return { failure: answerFailure(status, code, this.where), passing: mayPass(status, code) };
    } catch (error) {
      const failure = networkFailure(error, this.where);
      return { failure, passing: failure.code === 'BACKUP_CLOUD_UNREACHABLE' };
    }
  }

  async #send({ method, key, query = {}, headers = {}, body }: S3Request): Promise<Omit<S3Answer, 'repeated'>> {
    const { endpoint, bucket, region, accessKeyId, secretAccessKey } = this.#bucket;
    const path = key === undefined ? bucket : `${bucket}/${key}`;
    const url = new URL(`/${path}?${new URLSearchParams(query)}`, endpoint);
    const { AwsV4Signer } = await import('aws4fetch');
    const signed = await new AwsV4Signer({
      ...{ method, url: url.href, service: 's3', region, accessKeyId, secretAccessKey },
      headers: {
        ...headers,
        'x-amz-content-sha256': createHash('sha256')
          .update(body ?? '')
          .digest('hex'),
      },
    }).sign();
    // Ranges are of the bytes as they are kept.
    signed.headers.set('accept-encoding', 'identity');
    const silence = new Silence(this.#patience.silenceMs);
    try {
      const sent = { method, headers: signed.headers, redirect: 'manual', signal: silence.signal } as const;
      const answer = await fetch(signed.url, { ...sent, ...(body?.length && streamed(body, signed.headers)) });
      const received = await readWhole(answer, silence);
      const code = answer.ok && method !== 'POST' ? '' : codeOf(received);
      return { status: answer.status, code, headers: answer.headers, body: received };
    } finally {
      silence.end();
    }
  }
}

/** Completing an upload may answer 200 and carry an error; a bucket that is not there is no object that is not there. */
function isGood({ status, code }: { status: number; code: string }, accept: readonly number[] = []): boolean {
  return status >= 200 && status < 300 ? code === '' : accept.includes(status) && code !== 'NoSuchBucket';
}

type Outcome =
  | { answer: Omit<S3Answer, 'repeated'>; failure?: never; passing?: never }
  | { answer?: never; failure: ArchiveError; passing: boolean };

const PIECE = 256 * 1024;

/** fetch copies a buffer that it is given; in pieces of it, a part of a volume stands in memory once. */
function streamed(body: Buffer, headers: Headers) {
  headers.set('content-length', String(body.length));
  let at = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(body.subarray(at, at + PIECE));
      at += PIECE;
      if (at >= body.length) controller.close();
    },
  });
  return { body: stream, headers, duplex: 'half' } as const;
}

async function readWhole(answer: Response, silence: Silence): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of answer.body ?? []) {
    silence.heard();
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** Only an error answer has one. */
function codeOf(body: Buffer): string {
  const text = body.toString('utf8', 0, 4096);
  return text.includes('<Error>') ? (textOf(text, 'Code') ?? '') : '';
}

/** Gives a request up when nothing is heard for so long. */
class Silence {
  readonly #stop = new AbortController();
  readonly #ms: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(ms: number) {
    this.#ms = ms;
    this.heard();
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  heard(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#stop.abort(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' }));
    }, this.#ms);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
