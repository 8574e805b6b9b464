/**
 * Keeps a place free for those who have business here. Connections cost little, so many are let in; when there are
 * too many, the oldest one that has not yet proved itself (by a request of somebody logged in) goes.
 */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

export class ConnectionLimits {
  readonly #most: number;
  /** Oldest first. */
  readonly #unproved = new Set<Socket>();
  readonly #open = new Set<Socket>();

  constructor(server: Server, most: number) {
    this.#most = most;
    server.on('connection', (socket) => this.#take(socket));
  }

  get open(): number {
    return this.#open.size;
  }

  /** The other side is logged in: the connection is no longer given up for another. */
  proved(socket: Socket): void {
    this.#unproved.delete(socket);
  }

  #take(socket: Socket): void {
    this.#open.add(socket);
    this.#unproved.add(socket);
    socket.once('close', () => {
      this.#open.delete(socket);
      this.#unproved.delete(socket);
    });
    if (this.#open.size > this.#most) this.#oldest()?.destroy();
  }

  #oldest(): Socket | undefined {
    return this.#unproved.values().next().value;
  }
}
