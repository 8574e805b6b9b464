/**
 * The beginning of a connection to the TLS port, up to the end of the handshake. It counts as a connection and has the
 * time of one, so that silence here costs a peer what it costs on the other port.
 */
import type { Socket } from 'node:net';
import type { Guest } from './admission.ts';
import { type TlsLine, tlsLineOf } from './line.ts';
import type { TlsHandshakes } from './tls-handshakes.ts';
import type { Trail } from './trail.ts';

export interface GreetingSettings {
  readonly address: string;
  readonly familiar: boolean;
  readonly trail: Trail;
  readonly handshakes: TlsHandshakes;
  /** From the connection to the whole association request. Milliseconds. */
  readonly artimMs: number;
  /** Goes on with the association: encrypted, or null for a peer that does not speak TLS and is to be told so. */
  readonly proceed: (socket: Socket, tls: TlsLine | null) => void;
  /** It has ended without that. */
  readonly gone: () => void;
}

const HANDSHAKE = 0x16;

export class TlsGreeting implements Guest {
  readonly address: string;
  readonly familiar: boolean;
  readonly approved = false;
  readonly associated = false;
  /** When the connection came. Milliseconds, monotonic clock. */
  readonly progressAt = performance.now();
  readonly #settings: GreetingSettings;
  readonly #socket: Socket;
  #state: 'waiting' | 'handshake' | 'over' = 'waiting';

  constructor(socket: Socket, settings: GreetingSettings) {
    this.address = settings.address;
    this.familiar = settings.familiar;
    this.#settings = settings;
    this.#socket = socket;
    socket.once('data', (chunk: Buffer) => this.#begin(chunk));
    socket.on('error', () => undefined);
    socket.once('close', () => this.#closed());
  }

  drop(): void {
    this.#settings.trail.ends('over-limit');
    this.#socket.destroy();
  }

  close(): void {
    this.destroy();
  }

  destroy(): void {
    this.#settings.trail.ends('shutdown');
    this.#socket.destroy();
  }

  checkTime(now: number): void {
    if (now - this.progressAt <= this.#settings.artimMs) return;
    this.#settings.trail.ends('no-request-in-time');
    this.#socket.destroy();
  }

  #begin(chunk: Buffer): void {
    this.#socket.pause();
    this.#socket.unshift(chunk);
    if (chunk[0] !== HANDSHAKE) {
      this.#proceed(this.#socket, null);
      return;
    }
    this.#state = 'handshake';
    this.#settings.trail.opensTls();
    this.#settings.handshakes.begin(this.#socket, {
      done: (socket) => this.#proceed(socket, tlsLineOf(socket)),
      failed: (why) => this.#settings.trail.ends('tls-failed', { detail: why }),
    });
  }

  #proceed(socket: Socket, tls: TlsLine | null): void {
    this.#state = 'over';
    this.#settings.proceed(socket, tls);
    socket.resume();
  }

  #closed(): void {
    if (this.#state === 'over') return;
    const lost = this.#state === 'waiting' ? 'closed-by-peer' : 'tls-failed';
    this.#settings.trail.ends(lost, { detail: lost === 'tls-failed' ? 'closed during the handshake' : '' });
    this.#settings.gone();
  }
}
