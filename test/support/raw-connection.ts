/** A TCP connection that sends any bytes and reads whole PDUs: the lowest layer of the tests' own DICOM client. */
import { connect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, TLSSocket } from 'node:tls';

export interface Pdu {
  type: number;
  body: Buffer;
}

export class RawConnection {
  readonly socket: Socket;
  #buffered: Buffer[] = [];
  #length = 0;
  #ended = false;
  #wake: (() => void) | null = null;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => {
      this.#buffered.push(chunk);
      this.#length += chunk.length;
      this.#notify();
    });
    socket.on('error', () => this.#notify());
    socket.on('close', () => {
      this.#ended = true;
      this.#notify();
    });
  }

  /** @param tls given: by TLS; resolves after the handshake. */
  static open(port: number, host = '127.0.0.1', tls?: ConnectionOptions): Promise<RawConnection> {
    return new Promise((resolve, reject) => {
      const socket = tls === undefined ? connect({ port, host }) : connectTls({ port, host, ...tls });
      socket.once('error', reject);
      socket.once(tls === undefined ? 'connect' : 'secureConnect', () => {
        socket.off('error', reject);
        resolve(new RawConnection(socket));
      });
    });
  }

  send(...parts: Buffer[]): void {
    this.socket.write(Buffer.concat(parts));
  }

  /** Resolves when the kernel has taken the bytes; false when the connection ended first. */
  sendAll(bytes: Buffer): Promise<boolean> {
    return new Promise((resolve) => this.socket.write(bytes, (error) => resolve(!error)));
  }

  /** The next PDU; null when the other side has closed. */
  async pdu(): Promise<Pdu | null> {
    const header = await this.#take(6);
    if (header === null) return null;
    const body = await this.#take(header.readUInt32BE(2));
    return body === null ? null : { type: header.readUInt8(0), body };
  }

  /** Resolves when the connection has ended, whoever ended it. */
  async closed(): Promise<void> {
    while (!this.#ended) await this.#more();
  }

  get isClosed(): boolean {
    return this.#ended;
  }

  destroy(): void {
    this.socket.destroy();
  }

  /** Ends by RST; inside of TLS without the alert that should come before. */
  reset(): void {
    if (this.socket instanceof TLSSocket) this.socket.destroy();
    else this.socket.resetAndDestroy();
  }

  async #take(length: number): Promise<Buffer | null> {
    while (this.#length < length) {
      if (this.#ended) return null;
      await this.#more();
    }
    const all = this.#buffered.length === 1 ? (this.#buffered[0] as Buffer) : Buffer.concat(this.#buffered);
    this.#buffered = all.length > length ? [all.subarray(length)] : [];
    this.#length -= length;
    return all.subarray(0, length);
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #notify(): void {
    this.#wake?.();
    this.#wake = null;
  }
}
