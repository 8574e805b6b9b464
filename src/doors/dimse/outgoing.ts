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
  #gathering = false;

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

  /** Queues bytes; what is queued in one turn leaves in one system call. Nothing happens once the connection has ended. */
  write(bytes: Buffer): void {
    if (this.#ended) return;
    this.#gather();
    if (!this.#socket.write(bytes)) this.#stalledSince ??= performance.now();
  }

  /** Resolves when the queue is short again. Throws ConnectionEnded. */
  async drained(): Promise<void> {
    while (!this.#ended && this.#socket.writableNeedDrain) {
      await new Promise<void>((wake) => this.#waitingForDrain.add(wake));
    }
    if (this.#ended) throw new ConnectionEnded();
  }

  /** Sends buffers, and what was queued before them, in one system call where possible; resolves when their memory may be used again. Throws ConnectionEnded. */
  async writeAll(parts: readonly Buffer[]): Promise<void> {
    if (this.#ended) throw new ConnectionEnded();
    this.#stalledSince ??= performance.now();
    const taken = await new Promise<boolean>((settle) => {
      const ended = () => settle(false);
      this.#waitingForEnd.add(ended);
      this.#writeNow(parts, (error) => {
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

  #writeNow(parts: readonly Buffer[], done: (error?: Error | null) => void): void {
    const last = parts.length - 1;
    this.#gather();
    parts.forEach((part, index) => {
      if (index === last) this.#socket.write(part, done);
      else this.#socket.write(part);
    });
    this.#flush();
  }

  /** A tick comes after all that follows at once from what has happened: a response, and the request behind it. */
  #gather(): void {
    if (this.#gathering) return;
    this.#gathering = true;
    this.#socket.cork();
    process.nextTick(() => this.#flush());
  }

  #flush(): void {
    if (!this.#gathering) return;
    this.#gathering = false;
    this.#socket.uncork();
  }
}

function wakeAll(waiting: Set<Wake>): void {
  const wakes = [...waiting];
  waiting.clear();
  for (const wake of wakes) wake();
}
