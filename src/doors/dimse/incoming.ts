/** The receiving half of a connection: when to read on and when to pause, what reading threw, when the peer last got on. */
import type { Socket } from 'node:net';
import type { Operation } from './conversation.ts';
import { freeChunk } from './large-reads.ts';
import { PduReader, type PduSink } from './upper-layer/pdu-reader.ts';

export interface IncomingSettings {
  readonly sink: PduSink;
  /** Sees every chunk before it is read. */
  readonly sees: (chunk: Buffer) => void;
  /** The operation that wants the peer to pause, if one does. */
  readonly congestion: () => Operation['congestion'] | undefined;
  /** Takes what reading threw: a ProtocolViolation of the peer, or a bug of ours. */
  readonly failed: (error: unknown) => void;
}

/** Bytes after which a transfer counts as getting on: a peer that drips is idle all the same. */
const PROGRESS_BYTES = 16 * 1024;

export class Incoming {
  readonly #socket: Socket;
  readonly #settings: IncomingSettings;
  readonly #reader: PduReader;
  #progressAt = performance.now();
  #progressBytes = 0;
  #congested = false;
  #ended = false;

  constructor(socket: Socket, settings: IncomingSettings) {
    this.#socket = socket;
    this.#settings = settings;
    this.#reader = new PduReader(settings.sink);
    socket.on('data', (chunk: Buffer) => this.#received(chunk));
  }

  /** When the peer last finished a message or moved a good number of bytes. Milliseconds, monotonic clock. */
  get progressAt(): number {
    return this.#progressAt;
  }

  /** Reading pauses until the disk has caught up. */
  get congested(): boolean {
    return this.#congested;
  }

  gotOn(): void {
    this.#progressBytes = 0;
    this.#progressAt = performance.now();
  }

  /** Stops reading after the slice that is being handed on; `proceed` goes on. */
  hold(): void {
    this.#reader.hold();
    this.#socket.pause();
  }

  /** Reads on if it was held; `retry` first offers again what had to wait. */
  proceed(retry: () => void): void {
    this.gotOn();
    if (!this.#reader.held || this.#ended) return;
    this.#guarded(() => {
      retry();
      this.#reader.release();
      this.#resume();
    });
  }

  /** Nothing more is looked at: what still comes is thrown away. */
  end(): void {
    this.#ended = true;
    this.#socket.resume();
  }

  #received(chunk: Buffer): void {
    if (this.#ended) return;
    this.#settings.sees(chunk);
    this.#progressBytes += chunk.length;
    if (this.#progressBytes >= PROGRESS_BYTES) this.gotOn();
    this.#guarded(() => this.#reader.push(chunk));
    freeChunk(chunk);
    const congestion = this.#settings.congestion();
    if (congestion !== undefined && !this.#congested) this.#waitFor(congestion);
  }

  #waitFor(congestion: { drained(): Promise<void> }): void {
    this.#congested = true;
    this.#socket.pause();
    const resume = () => {
      this.#congested = false;
      this.#resume();
    };
    congestion.drained().then(resume, resume);
  }

  #resume(): void {
    if (!this.#congested && !this.#reader.held) this.#socket.resume();
  }

  /** Runs what reads the peer's bytes: what it throws ends this association and nothing else. */
  #guarded(read: () => void): void {
    try {
      read();
    } catch (error) {
      this.#settings.failed(error);
    }
  }
}
