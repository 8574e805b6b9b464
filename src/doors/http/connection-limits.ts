/**
 * Keeps a place free for those who have business here. Connections cost little, so many are let in; when there are
 * too many, the oldest one that has not yet proved itself (by a request of somebody logged in) goes.
 */
import type { Server, Socket } from 'node:net';

export class ConnectionLimits {
  readonly #most: number;
  /** Oldest first. */
  readonly #unproved = new Map<string, Socket>();
  readonly #open = new Set<Socket>();

  /** @param most connections to all the servers together */
  constructor(most: number) {
    this.#most = most;
  }

  /** Counts the connections of a server; of one for HTTPS from before the handshake. */
  watch(server: Server): void {
    server.on('connection', (socket) => this.#take(socket));
  }

  get open(): number {
    return this.#open.size;
  }

  /** The other side is logged in: the connection is no longer given up for another. */
  proved(socket: Socket): void {
    this.#unproved.delete(keyOf(socket));
  }

  #take(socket: Socket): void {
    const key = keyOf(socket);
    this.#open.add(socket);
    this.#unproved.set(key, socket);
    socket.once('close', () => {
      this.#open.delete(socket);
      this.#unproved.delete(key);
    });
    if (this.#open.size > this.#most) this.#oldest()?.destroy();
  }

  #oldest(): Socket | undefined {
    return this.#unproved.values().next().value;
  }
}

/** The same for a connection and for the encrypted one on it. */
function keyOf({ remoteAddress, remotePort, localPort }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localPort}`;
}
