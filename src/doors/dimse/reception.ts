/** Takes connections of both ports in: whose they may be, whether there is a place, and what they become. */
import type { Socket } from 'node:net';
import type { AttemptFacts } from '../../attempts/attempt.ts';
import type { Guest } from './admission.ts';
import { Association, type AssociationSettings } from './association.ts';
import { type DeviceDirectory, plainAddress } from './devices.ts';
import { withLargeReads } from './large-reads.ts';
import type { TlsLine } from './line.ts';
import { TlsGreeting } from './tls-greeting.ts';
import type { TlsHandshakes } from './tls-handshakes.ts';
import { Trail } from './trail.ts';

export type SharedSettings = Omit<AssociationSettings, 'line' | 'since' | 'familiar' | 'trail'>;

/** A connection as the listener looks after it. */
interface Connection extends Guest {
  /** Ends what has kept us waiting too long. */
  checkTime(now: number): void;
  /** The listener closes: at once, unless a request is under way. */
  close(): void;
  destroy(): void;
}

/** What is known of a connection as soon as it comes. */
interface Arrival {
  readonly address: string;
  readonly familiar: boolean;
  readonly trail: Trail;
}

export interface ReceptionSettings {
  readonly shared: SharedSettings;
  readonly directory: DeviceDirectory;
  readonly onAttempt: (facts: AttemptFacts) => void;
}

export class Reception {
  readonly #settings: ReceptionSettings;
  readonly #connections = new Set<Connection>();
  /** The listener closes, and waits for this. */
  #emptied: (() => void) | undefined;

  constructor(settings: ReceptionSettings) {
    this.#settings = settings;
  }

  /** A connection to the port without TLS, of which nothing has been read yet. */
  takePlain(unread: Socket): void {
    const socket = withLargeReads(unread);
    const arrival = this.#arrivalOf(socket, 'plain');
    const { address, familiar, trail } = arrival;
    const line = { address, port: 'plain' as const, tls: null };
    const since = performance.now();
    this.#admit(socket, trail, new Association(socket, { ...this.#settings.shared, line, since, familiar, trail }));
  }

  /** A connection to the port for TLS. */
  takeTls(socket: Socket, handshakes: TlsHandshakes): void {
    const arrival = this.#arrivalOf(socket, 'tls');
    const greeting: TlsGreeting = new TlsGreeting(socket, {
      ...arrival,
      handshakes,
      artimMs: this.#settings.shared.limits.artimMs,
      proceed: (line, tls) => this.#proceed(greeting, line, arrival, tls),
      gone: () => {
        this.#settings.shared.admission.leave(greeting);
        this.#gone(greeting);
      },
    });
    this.#admit(socket, arrival.trail, greeting);
  }

  checkTime(): void {
    const now = performance.now();
    for (const connection of this.#connections) connection.checkTime(now);
  }

  /** Ends what is idle, lets requests under way finish; resolves when no connection is left. */
  close(): Promise<void> {
    for (const connection of this.#connections) connection.close();
    return new Promise((resolve) => {
      this.#emptied = resolve;
      this.#checkEmpty();
    });
  }

  destroy(): void {
    for (const connection of this.#connections) connection.destroy();
  }

  #arrivalOf(socket: Socket, port: 'plain' | 'tls'): Arrival {
    const address = plainAddress(socket.remoteAddress);
    const familiar = this.#settings.directory.mayCallFrom(address);
    return { address, familiar, trail: new Trail(address, port, this.#settings.onAttempt) };
  }

  #admit(socket: Socket, trail: Trail, connection: Connection): void {
    const { admission, log } = this.#settings.shared;
    if (!admission.enter(connection)) {
      trail.ends('over-limit');
      log.warn({ peer: connection.address }, 'connection closed: too many');
      socket.destroy();
      return;
    }
    this.#keep(socket, connection);
  }

  #proceed(greeting: TlsGreeting, socket: Socket, { address, familiar, trail }: Arrival, tls: TlsLine | null): void {
    const { shared } = this.#settings;
    if (tls !== null) trail.secured(tls);
    const line = { address, port: 'tls' as const, tls };
    const since = greeting.progressAt;
    const association = new Association(socket, { ...shared, line, since, familiar, trail });
    shared.admission.replace(greeting, association);
    this.#connections.delete(greeting);
    this.#keep(socket, association);
  }

  #keep(socket: Socket, connection: Connection): void {
    this.#connections.add(connection);
    socket.on('close', () => this.#gone(connection));
  }

  #gone(connection: Connection): void {
    this.#connections.delete(connection);
    this.#checkEmpty();
  }

  #checkEmpty(): void {
    if (this.#connections.size === 0) this.#emptied?.();
  }
}
