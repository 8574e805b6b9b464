/** What a peer can make the listener keep in memory: never much more than the bytes that it has sent. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectIdentifier } from '../../../src/doors/dimse/identifier-sink.ts';
import { MessageReader } from '../../../src/doors/dimse/message-reader.ts';
import { PduReader } from '../../../src/doors/dimse/upper-layer/pdu-reader.ts';
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts';
import { command, IMPLICIT, message, pdu, pdv, VERIFICATION } from '../../support/dimse-bytes.ts';
import { DimseClient } from '../../support/dimse-client.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes that stay in memory after `fill`, as long as what it returns is there. */
function keptBy(fill: () => unknown): number {
  const used = () => {
    collectGarbage();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const before = used();
  const kept = fill();
  const bytes = used() - before;
  expect(kept).toBeDefined();
  return bytes;
}

const NOBODY = { command: () => null };
const NOTHING = Buffer.alloc(0);
const ONE = Buffer.from([1]);

describe('single bytes cost what they are, not an object each', () => {
  it('in an association request', () => {
    const bytes = 200_000;
    const kept = keptBy(() => {
      const reader = new PduReader({ pduStarts() {}, controlPdu() {}, fragment() {} });
      reader.push(pdu(1, Buffer.alloc(bytes)).subarray(0, 6));
      for (let n = 1; n < bytes; n++) reader.push(ONE);
      return reader;
    });
    expect(kept).toBeLessThan(4 * bytes);
  });

  it('in a command set', () => {
    const bytes = 60_000;
    const kept = keptBy(() => {
      const reader = new MessageReader(NOBODY);
      for (let n = 0; n < bytes; n++) reader.fragment(1, 1, ONE, true);
      return reader;
    });
    expect(kept).toBeLessThan(4 * bytes + 100_000);
  });

  it('in an identifier', () => {
    const bytes = 1_000_000;
    const kept = keptBy(() => {
      const sink = collectIdentifier(() => undefined);
      for (let n = 0; n < bytes; n++) sink.write(ONE);
      return sink;
    });
    expect(kept).toBeLessThan(4 * bytes);
  });

  it('and an identifier comes out as it was sent', () => {
    const sent = Buffer.from(Array.from({ length: 5000 }, (_, n) => n & 0xff));
    let got: Buffer | null = null;
    const sink = collectIdentifier((whole) => {
      got = whole;
    });
    for (let at = 0; at < sent.length; at += 7) sink.write(Buffer.from(sent.subarray(at, at + 7)));
    sink.end();
    expect(got).toEqual(sent);
  });
});

describe('a listener with connections', () => {
  let appliance: TestAppliance;

  beforeAll(async () => {
    appliance = await startTestAppliance();
  });

  afterAll(() => appliance.dispose());

  const associate = () => DimseClient.associate({ port: appliance.dicomPort, contexts: [[VERIFICATION, [IMPLICIT]]] });

  it('empty command fragments begin a message and are not kept', async () => {
    const kept = keptBy(() => {
      const reader = new MessageReader(NOBODY);
      for (let n = 0; n < 300_000; n++) reader.fragment(1, 1, NOTHING, true);
      return reader;
    });
    expect(kept).toBeLessThan(1_000_000);
    const { connection } = await associate();
    connection.send(pdu(4, pdv(1, 1, NOTHING)), pdu(5, Buffer.alloc(4)));
    const answer = await connection.pdu();
    expect([answer?.type, answer?.body[2], answer?.body[3]]).toEqual([7, 2, 2]);
    connection.destroy();
  });

  it('stops reading requests of a peer that does not read the answers, and answers them all when it does', async () => {
    const echo = message(1, command({ 2: VERIFICATION, 256: 0x30, 272: 1, 2048: 0x101 }), null);
    const perPiece = 4000;
    const pieces = 100;
    const greedy = await associate();
    const other = await associate();
    const { socket } = greedy.connection;
    socket.pause();
    const piece = Buffer.concat(Array.from({ length: perPiece }, () => echo));
    for (let n = 0; n < pieces; n++) socket.write(piece);
    const taken = () => socket.bytesWritten - socket.writableLength;
    const takenAfterEchoes = async () => {
      const before = taken();
      for (let n = 0; n < 50; n++) await other.echo();
      return taken() - before;
    };
    await expect.poll(takenAfterEchoes, { timeout: 30_000 }).toBe(0);
    expect(socket.writableLength).toBeGreaterThan(0);

    let answered = 0;
    socket.removeAllListeners('data').on('data', (chunk) => {
      answered += chunk.length;
    });
    socket.resume();
    const responseBytes = 6 + 6 + 12 + 8 + 18 + 4 * 10;
    await expect.poll(() => answered, { timeout: 30_000 }).toBe(perPiece * pieces * responseBytes);
    greedy.connection.destroy();
    await other.release();
  });
});
