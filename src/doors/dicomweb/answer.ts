/** What every answer of this door has in common: failures, back-pressure, clients that go away. */
import type { Handler, Request, Response } from 'express';
import { asArchiveError } from '../../errors.ts';
import type { Log } from '../../log.ts';

/** Thrown out of a transfer when nobody is listening any more; never reported. */
export class ClientGone extends Error {
  constructor() {
    super('the client went away');
    this.name = 'ClientGone';
  }
}

/**
 * Wraps a handler: a failure before the first byte goes to the error handler of the server, after it the connection is
 * cut, so that the client cannot take the rest for complete.
 */
export function guarded(log: Log, handler: (request: Request, response: Response) => Promise<void>): Handler {
  return (request, response, next) => {
    handler(request, response).catch((thrown: unknown) => {
      if (thrown instanceof ClientGone || response.destroyed) return;
      if (!response.headersSent) {
        // What the handler had put there was about another body.
        for (const name of ['Content-Type', 'Content-Length', 'Content-Encoding']) response.removeHeader(name);
        return next(thrown);
      }
      const failure = asArchiveError(thrown);
      log.error({ code: failure.code, detail: failure.detail, err: failure.cause }, 'a transfer was cut off');
      response.destroy();
    });
  };
}

/** A signal that fires when the client goes away before the answer is complete. */
export function clientSignal(response: Response): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}

/** Writes the body of an answer at the pace of the client. */
export class BodyWriter {
  readonly #response: Response;
  #held: Buffer[] = [];
  #fail: ((error: Error) => void) | undefined;

  constructor(response: Response) {
    this.#response = response;
    response.once('close', () => this.#fail?.(new ClientGone()));
  }

  /** Takes a few bytes that never change again; they leave together with what is written next. */
  hold(bytes: Buffer): void {
    this.#held.push(bytes);
  }

  /**
   * Resolves when the kernel has taken the bytes, so that the buffer may be used again.
   * @throws ClientGone
   */
  write(chunk: Buffer): Promise<void> {
    if (this.#response.destroyed || this.#response.closed) return Promise.reject(new ClientGone());
    return new Promise((resolve, reject) => {
      this.#fail = reject;
      this.#response.cork();
      this.#writeHeld();
      this.#response.write(chunk, (error) => (error ? reject(new ClientGone()) : resolve()));
      this.#response.uncork();
    });
  }

  end(): void {
    this.#writeHeld();
    this.#response.end();
  }

  #writeHeld(): void {
    if (this.#held.length > 0) this.#response.write(Buffer.concat(this.#held.splice(0)));
  }
}

/** Sends a whole body. */
export function sendBytes(response: Response, contentType: string, bytes: Uint8Array): void {
  response.setHeader('Content-Type', contentType);
  response.setHeader('Content-Length', bytes.byteLength);
  response.end(bytes);
}

/** Patients' data is not to stay in caches of shared computers, unless the server decided otherwise. */
export function forbidCaching(response: Response): void {
  if (!response.hasHeader('Cache-Control')) response.setHeader('Cache-Control', 'no-store');
}

/** The value of a path parameter. */
export function pathParameter(request: Request, name: string): string | undefined {
  const value = request.params[name];
  return Array.isArray(value) ? value.join('/') : value;
}

/** Absolute URL of the DICOMweb service as the client sees it; the Host header was checked before. */
export function serviceRoot(request: Request): string {
  return `${request.protocol}://${request.get('host') ?? 'localhost'}/dicom-web`;
}
