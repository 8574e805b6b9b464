/** The framing of a multipart/related answer (RFC 2387, PS3.18 section 8.6.1.2): bytes between the parts. */
import { randomUUID } from 'node:crypto';

export class MultipartFraming {
  readonly boundary = randomUUID();
  readonly #rootType: string;
  readonly #parameters: string;

  /** `rootType` is the media type of the first part; `parameters` follow it, for example ';transfer-syntax=…'. */
  constructor(rootType: string, parameters = '') {
    this.#rootType = rootType;
    this.#parameters = parameters;
  }

  get contentType(): string {
    return `multipart/related; type="${this.#rootType}"${this.#parameters}; boundary=${this.boundary}`;
  }

  /** What stands before the bytes of a part; `length` is their number. */
  opening(headers: { contentType: string; length: number; location?: string }): Buffer {
    const location = headers.location === undefined ? '' : `Content-Location: ${headers.location}\r\n`;
    return Buffer.from(
      `--${this.boundary}\r\nContent-Type: ${headers.contentType}\r\nContent-Length: ${headers.length}\r\n${location}\r\n`,
      'latin1',
    );
  }

  /** What stands after the bytes of a part. */
  readonly closing = Buffer.from('\r\n');

  /** What stands after the last part. */
  get end(): Buffer {
    return Buffer.from(`--${this.boundary}--\r\n`);
  }
}
