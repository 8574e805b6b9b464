/** Sends one malformed stream and judges the answer. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectionOptions } from 'node:tls';
import { command, message, pdu, readImplicit } from '../support/dimse-bytes.ts';
import { type Pdu, RawConnection } from '../support/raw-connection.ts';
import { pdvs } from '../support/upper-layer-reader.ts';
import { type Owed, owedFor } from './owed.ts';
import type { Stream } from './streams.ts';

/** Waiting for the disk and for a busy machine apart, 5 s are enough: what takes longer is unanswered. */
const LIMIT_MS = 20_000;

export interface Answered {
  /** What was still owed when the limit had passed; null when nothing was. */
  unanswered: string | null;
  /** From the last byte sent to the last thing owed. */
  waitedMs: number;
}

/** @param tls given: inside of TLS */
export async function runStream(port: number, stream: Stream, tls?: ConnectionOptions): Promise<Answered> {
  const peer = new StreamPeer(await RawConnection.open(port, undefined, tls), stream);
  try {
    return await peer.run();
  } finally {
    peer.destroy();
  }
}

class StreamPeer {
  readonly #connection: RawConnection;
  readonly #stream: Stream;
  #accepted: Set<number> | undefined;
  #associationAnswered = false;
  #responses = 0;
  #released = false;
  /** Requests of the appliance that nobody has answered: it waits for us. */
  #requests: { contextId: number; elements: Record<string, Buffer> }[] = [];
  #elements: Buffer[] = [];
  #response: Record<string, Buffer> | null = null;
  #ended = false;

  constructor(connection: RawConnection, stream: Stream) {
    this.#connection = connection;
    this.#stream = stream;
  }

  destroy(): void {
    this.#connection.destroy();
  }

  async run(): Promise<Answered> {
    const reading = this.#readAll();
    await this.#sendAll();
    const start = performance.now();
    const unanswered = this.#stream.ending === 'wait' ? await this.#waitForAnswers(start) : null;
    const waitedMs = performance.now() - start;
    if (this.#stream.ending === 'reset') this.#connection.reset();
    else this.#connection.socket.end();
    const closed = await Promise.race([reading.then(() => true), sleep(LIMIT_MS, false, { ref: false })]);
    return { unanswered: unanswered ?? (closed ? null : 'the connection does not end when its peer closes'), waitedMs };
  }

  async #sendAll(): Promise<void> {
    for (const piece of this.#stream.pieces) {
      if (this.#connection.isClosed || this.#connection.socket.writableEnded) return;
      if (piece.length > 0) await this.#connection.sendAll(piece);
      if (this.#stream.pauseMs > 0) await sleep(this.#stream.pauseMs);
    }
  }

  async #waitForAnswers(start: number): Promise<string | null> {
    const sent = Buffer.concat(this.#stream.pieces);
    for (;;) {
      const owed = owedFor(sent, this.#accepted);
      const missing = this.#missing(owed);
      if (missing === null) return null;
      if (this.#requests.length > 0 && (this.#stream.answers === 'silence' || !owed.atRest)) return null;
      this.#answerRequests();
      if (performance.now() - start > LIMIT_MS) return missing;
      await sleep(2);
    }
  }

  /** What is still owed, in words. */
  #missing(owed: Owed): string | null {
    if (this.#ended) return null;
    if (owed.end !== null) return `no end after: ${owed.end}`;
    if (owed.association && !this.#associationAnswered) return 'no answer to the association request';
    const left = owed.responses - this.#responses;
    return left > 0 && !this.#released ? `${left} of ${owed.responses} requests without a final response` : null;
  }

  /** As a storage SCP, good or bad, in the middle of a retrieval. */
  #answerRequests(): void {
    for (const { contextId, elements } of this.#requests.splice(0)) {
      const { answers } = this.#stream;
      const field = (elements['00000100'] as Buffer).readUInt16LE(0);
      const id = (elements['00000110'] as Buffer).readUInt16LE(0);
      const good = { 256: field | 0x8000, 288: id, 2048: 0x101, 2304: answers === 'refuse' ? 0xa700 : 0 };
      const bytes =
        answers === 'nonsense'
          ? pdu(4, Buffer.from([0, 0, 0, 9, contextId, 3, 1]))
          : message(contextId, command(good), null);
      this.#connection.send(bytes);
    }
  }

  async #readAll(): Promise<void> {
    for (;;) {
      const next = await this.#connection.pdu();
      if (next === null) break;
      this.#read(next);
    }
    this.#ended = true;
  }

  #read({ type, body }: Pdu): void {
    if (type === 4) for (const { contextId, control, value } of pdvs(body)) this.#pdv(contextId, control, value);
    else if (type === 2 || type === 3) {
      this.#associationAnswered = true;
      if (type === 2) this.#accepted = acceptedIds(body);
    } else this.#released = true;
  }

  #pdv(contextId: number, control: number, value: Buffer): void {
    if ((control & 1) === 0) {
      if ((control & 2) !== 0) this.#messageIsWhole(contextId);
      return;
    }
    this.#elements.push(value);
    if ((control & 2) === 0) return;
    this.#response = readImplicit(Buffer.concat(this.#elements));
    this.#elements = [];
    if (this.#response['00000800']?.readUInt16LE(0) === 0x101) this.#messageIsWhole(contextId);
  }

  #messageIsWhole(contextId: number): void {
    const elements = this.#response as Record<string, Buffer>;
    this.#response = null;
    const field = elements['00000100']?.readUInt16LE(0) ?? 0;
    const status = elements['00000900']?.readUInt16LE(0) ?? 0;
    if ((field & 0x8000) === 0) this.#requests.push({ contextId, elements });
    else if (status >> 8 !== 0xff) this.#responses++;
  }
}

function acceptedIds(body: Buffer): Set<number> {
  const ids = new Set<number>();
  for (let at = 68; at + 4 <= body.length; at += 4 + body.readUInt16BE(at + 2)) {
    if (body[at] === 0x21 && body[at + 6] === 0) ids.add(body[at + 4] as number);
  }
  return ids;
}
