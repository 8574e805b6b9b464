/** The sending half of a connection: back-pressure, and the time since which the peer has not taken what we sent. */
import type { Socket } from 'node:net';

/** The connection ended while somebody waited for it. */
export class ConnectionEnded extends Error {
  constructor() {
    super('the connection has ended');
    this.name = 'ConnectionEnded';
  }
}

type Wake = () => void;

export class Outgoing {
  readonly #socket: Socket;
  readonly #waitingForDrain = new Set<Wake>();
  readonly #waitingForEnd = new Set<Wake>();
  #stalledSince: number | null = null;
  #ended = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('drain', () => {
      this.#stalledSince = null;
      wakeAll(this.#waitingForDrain);
    });
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Milliseconds (monotonic clock) since which the peer takes nothing; null when nothing waits. */
  get stalledSince(): number | null {
    return this.#stalledSince;
  }

  /** The peer takes less than it asks for: it has to read before more of its requests are. */
  get congested(): boolean {
    return !this.#ended && this.#socket.writableNeedDrain;
  }

  /** Queues bytes. Nothing happens once the connection has ended. */
  write(bytes: Buffer): void {
    if (!this.#ended && !this.#socket.write(bytes)) this.#stalledSince ??= performance.now();
  }

  /** Resolves when the queue is short again. Throws ConnectionEnded. */
  async drained(): Promise<void> {
    while (!this.#ended && this.#socket.writableNeedDrain) {
      await new Promise<void>((wake) => this.#waitingForDrain.add(wake));
    }
    if (this.#ended) throw new ConnectionEnded();
  }

  /** Sends buffers in one system call where possible; resolves when their memory may be used again. Throws ConnectionEnded. */
  async writeAll(parts: readonly Buffer[]): Promise<void> {
    if (this.#ended) throw new ConnectionEnded();
    this.#stalledSince ??= performance.now();
    const taken = await new Promise<boolean>((settle) => {
      const ended = () => settle(false);
      this.#waitingForEnd.add(ended);
      this.#writeCorked(parts, (error) => {
        this.#waitingForEnd.delete(ended);
        settle(!error);
      });
    });
    if (!taken) throw new ConnectionEnded();
    if (!this.#socket.writableNeedDrain) this.#stalledSince = null;
  }

  /** The connection has ended: everybody who waits is told. */
  end(): void {
    this.#ended = true;
    this.#stalledSince = null;
    wakeAll(this.#waitingForDrain);
    wakeAll(this.#waitingForEnd);
  }

  #writeCorked(parts: readonly Buffer[], done: (error?: Error | null) => void): void {
    const last = parts.length - 1;
    this.#socket.cork();
    parts.forEach((part, index) => {
      if (index === last) this.#socket.write(part, done);
      else this.#socket.write(part);
    });
    this.#socket.uncork();
  }
}

function wakeAll(waiting: Set<Wake>): void {
  const wakes = [...waiting];
  waiting.clear();
  for (const wake of wakes) wake();
}
