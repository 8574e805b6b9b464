/** Receivers that read slowly or not at all: our memory stays flat, every image is accounted for, nothing stays open. */
import { existsSync, readdirSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Archive } from '../../../src/archive/archive.ts';
import type { Selection } from '../../../src/archive/retrieve.ts';
import { type Delivery, storeInstances } from '../../../src/doors/dimse/store-scu.ts';
import { createLog } from '../../../src/log.ts';
import { openArchive, store } from '../../support/archive.ts';
import { pdu } from '../../support/dimse-bytes.ts';
import { accept, storeResponse } from '../../support/receiver.ts';
import { makeInstance } from '../../support/synthetic.ts';

/** Much more than the kernel's buffers hold. */
const BYTES = 48 * 1024 * 1024;
const LIMITS = { connectMs: 2000, associateMs: 5000, responseMs: 20_000, writeStallMs: 500, releaseMs: 300 };
const FDS = '/proc/self/fd';

let archive: Archive;
let selection: Selection;

beforeAll(async () => {
  archive = await openArchive();
  const large = makeInstance({ pixelBytes: BYTES });
  await store(archive, large);
  selection = await archive.retrieve.select([{ studyInstanceUid: large.studyInstanceUid }]);
});

afterAll(() => archive.close());

/** @param reads takes what comes after the association was accepted */
async function sendTo(reads: (socket: Socket) => Promise<void>) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    socket.once('readable', () => {
      const request = socket.read() as Buffer;
      socket.write(accept(request.subarray(6), {}));
      void reads(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const deliveries: Delivery[] = [];
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  }, 5);
  const outcome = await storeInstances(selection, {
    destination: { aeTitle: 'DEST', host: '127.0.0.1', port },
    callingAe: 'CLINICPACS',
    log: createLog({ level: 'silent' }),
    limits: LIMITS,
    retriever: archive.retrieve,
    delivered: (delivery) => void deliveries.push(delivery),
  });
  clearInterval(watch);
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
  return { outcome, most, deliveries };
}

describe('a receiver', () => {
  it('that reads slowly is waited for, and our memory does not fill', async () => {
    const { outcome, most, deliveries } = await sendTo(async (socket) => {
      for (let read = 0; read < BYTES; await delay(1)) {
        // 128 KB at a time: what is not read stays in the kernel, and then with the sender.
        const chunk = (socket.read(Math.min(131_072, socket.readableLength || 1)) as Buffer | null) ?? Buffer.alloc(0);
        read += chunk.length;
      }
      socket.write(storeResponse({ contextId: 1, command: { '00000110': Buffer.from([1, 0]) } } as never, 0));
      socket.on('data', () => socket.end(pdu(6, Buffer.alloc(4))));
    });
    expect([outcome.kind, deliveries.map(({ result }) => result)]).toEqual(['done', ['completed']]);
    expect(most).toBeLessThan(16 * 1024 * 1024);
  });

  it('that stops reading ends as a failure, and all descriptors come back', async () => {
    const open = () => (existsSync(FDS) ? readdirSync(FDS).length : 0);
    const before = open();
    for (let n = 0; n < 5; n++) {
      const { most, deliveries } = await sendTo(async (socket) => void socket.pause());
      expect(deliveries.map(({ result, why }) => [result, why])).toEqual([
        ['failed', 'timed-out: the peer does not take it'],
      ]);
      expect(most).toBeLessThan(16 * 1024 * 1024);
    }
    await expect.poll(open).toBeLessThanOrEqual(before);
  });
});
