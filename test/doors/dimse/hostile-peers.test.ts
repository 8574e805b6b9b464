/** What a peer can do wrong, or on purpose: the association ends as the Standard says, and nobody else notices. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts';
import {
  associateRq,
  command,
  EXPLICIT,
  IMPLICIT,
  identifier,
  message,
  pdu,
  pdv,
  STUDY_ROOT_FIND,
  STUDY_ROOT_GET,
  VERIFICATION,
} from '../../support/dimse-bytes.ts';
import { DimseClient, status, us } from '../../support/dimse-client.ts';
import { RawConnection } from '../../support/raw-connection.ts';
import { makeInstance } from '../../support/synthetic.ts';

const SC = '1.2.840.10008.5.1.4.1.1.7';
const ABORT = 7;
const USER = 0;
const PROVIDER = 2;

let appliance: TestAppliance;

beforeAll(async () => {
  appliance = await startTestAppliance();
});

afterAll(() => appliance.dispose());

const contexts = [
  [VERIFICATION, [IMPLICIT]],
  [SC, [EXPLICIT]],
  [STUDY_ROOT_FIND, [IMPLICIT]],
] as const;
const associate = () => DimseClient.associate({ port: appliance.dicomPort, contexts });
const ECHO = command({ 2: VERIFICATION, 256: 0x30, 272: 1, 2048: 0x101 });

async function echoWorks(): Promise<void> {
  const client = await associate();
  expect(await client.echo()).toBe(0);
  await client.release();
}

/** Source and reason of the A-ABORT that answers; the connection has to end as well. */
async function abortOf(connection: RawConnection): Promise<[source: number, reason: number]> {
  for (;;) {
    const answer = await connection.pdu();
    if (answer === null) throw new Error('closed without A-ABORT');
    if (answer.type !== ABORT) continue;
    await connection.closed();
    return [answer.body[2] as number, answer.body[3] as number];
  }
}

describe('before an association', () => {
  it.each([
    ['P-DATA', message(1, ECHO, null)],
    ['a release', pdu(5, Buffer.alloc(4))],
    ['an A-ASSOCIATE-AC', pdu(2, Buffer.alloc(68))],
    ['an unknown PDU type', pdu(9, Buffer.alloc(4))],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
    ['a request of four gigabytes', Buffer.from([1, 0, 0xff, 0xff, 0xff, 0xff])],
    [
      'a request with an item that is too long',
      Buffer.concat([associateRq().subarray(0, 76), Buffer.from([0xff, 0xff])]),
    ],
    ['a request that is too short', pdu(1, Buffer.alloc(20))],
  ])('%s gives an abort by the service user', async (name, bytes) => {
    const connection = await RawConnection.open(appliance.dicomPort);
    const complete = name.includes('item') ? pdu(1, bytes.subarray(6)) : bytes;
    connection.send(complete);
    expect(await abortOf(connection)).toEqual([USER, 0]);
  });

  it.each([
    ['more than 128 contexts', Array.from({ length: 200 }, (_, i) => (2 * i + 1) & 0xff)],
    ['ids that are all 255', [255, 255, 255]],
    ['even ids', [2, 4]],
  ])('a request with %s is rejected, permanently', async (_, ids) => {
    const connection = await RawConnection.open(appliance.dicomPort);
    connection.send(
      associateRq({ contexts: ids.map((id) => ({ id, abstractSyntax: SC, transferSyntaxes: [EXPLICIT] })) }),
    );
    const answer = await connection.pdu();
    expect([answer?.type, answer?.body[1]]).toEqual([3, 1]);
    await connection.closed();
    await echoWorks();
  });
});

describe('on an association', () => {
  it.each([
    ['a second request', associateRq(), [PROVIDER, 2]],
    ['an unknown PDU type', pdu(9, Buffer.alloc(4)), [PROVIDER, 1]],
    ['P-DATA above the maximum length', Buffer.from([4, 0, 0x7f, 0xff, 0xff, 0xff]), [PROVIDER, 6]],
    ['a release PDU of a megabyte', Buffer.from([5, 0, 0, 0x10, 0, 0]), [PROVIDER, 6]],
    ['a PDV longer than its PDU', pdu(4, Buffer.from([0, 0, 1, 0, 1, 3, 0, 0])), [PROVIDER, 6]],
    ['a PDV of length 0', pdu(4, Buffer.from([0, 0, 0, 0, 1, 3, 0, 0])), [PROVIDER, 6]],
    ['a context that was not accepted', message(99, ECHO, null), [PROVIDER, 6]],
    ['a data set without a command', pdu(4, pdv(3, 2, Buffer.alloc(8))), [USER, 0]],
    ['a command set that is none', message(1, Buffer.from('garbage, garbage'), null), [USER, 0]],
    [
      'a release in the middle of a message',
      Buffer.concat([pdu(4, pdv(1, 1, ECHO)), pdu(5, Buffer.alloc(4))]),
      [PROVIDER, 2],
    ],
  ])('%s is aborted', async (_, bytes, expected) => {
    const client = await associate();
    client.connection.send(bytes);
    expect(await abortOf(client.connection)).toEqual(expected);
  });

  it('a command set without end is aborted', async () => {
    const client = await associate();
    for (let i = 0; i < 10; i++) client.connection.send(pdu(4, pdv(1, 1, Buffer.alloc(10_000))));
    expect(await abortOf(client.connection)).toEqual([USER, 0]);
  });

  it('an unknown command gets status 0211H and the association goes on', async () => {
    const client = await associate();
    const unknown = command({ 2: VERIFICATION, 256: 0x0140, 272: 5, 2048: 1 });
    client.connection.send(message(1, unknown, Buffer.alloc(20)));
    const answer = await client.message();
    expect([status(answer), us(answer, '00000100'), us(answer, '00000120')]).toEqual([0x211, 0x8140, 5]);
    expect(await client.echo()).toBe(0);
    await client.release();
  });

  it('a store on a context for something else is refused with 0122H', async () => {
    const client = await associate();
    client.connection.send(
      message(1, client.storeCommand({ sopClassUid: SC, sopInstanceUid: '1.2.3' }), Buffer.alloc(9000)),
    );
    expect(status(await client.message())).toBe(0x122);
    await client.release();
  });

  it('a store without a data set gets a failure', async () => {
    const client = await associate();
    client.connection.send(message(3, command({ 2: SC, 256: 1, 272: 1, 2048: 0x101, 4096: '1.2.3' }), null));
    expect(status(await client.message())).toBe(0xc000);
    await client.release();
  });

  it('responses and cancels that belong to nothing are passed over', async () => {
    const client = await associate();
    client.cancel(5, 77);
    client.connection.send(message(3, command({ 2: SC, 256: 0x8001, 288: 4, 2048: 0x101, 2304: 0 }), null));
    expect(await client.echo()).toBe(0);
    await client.release();
  });

  it('requests that do not wait for answers are answered in order', async () => {
    const client = await associate();
    const instance = makeInstance();
    const echo = (id: number) => message(1, command({ 2: VERIFICATION, 256: 0x30, 272: id, 2048: 0x101 }), null);
    const store = message(3, client.storeCommand(instance), instance.dataSet);
    client.connection.send(
      store,
      echo(21),
      message(3, client.storeCommand(makeInstance()), makeInstance().dataSet),
      echo(22),
    );
    const answers = [await client.message(), await client.message(), await client.message(), await client.message()];
    expect(answers.map((answer) => us(answer, '00000120'))).toEqual([1, 21, 2, 22]);
    await client.release();
  });

  it('a request in place of the answer that a C-GET waits for ends the association', async () => {
    const instance = makeInstance();
    const asked = await DimseClient.associate({
      port: appliance.dicomPort,
      callingAe: 'VIEWER',
      roles: [[SC, 0, 1]],
      contexts: [...contexts, [STUDY_ROOT_GET, [IMPLICIT]]],
    });
    expect(status(await asked.store(instance))).toBe(0);
    const keys = identifier({ '00080052': 'STUDY', '0020000D': instance.studyInstanceUid });
    const get = command({ 2: STUDY_ROOT_GET, 256: 0x10, 272: 5, 1792: 0, 2048: 1 });
    asked.connection.send(message(7, get, keys), message(1, ECHO, null));
    expect(await abortOf(asked.connection)).toEqual([PROVIDER, 2]);
    await expect.poll(() => appliance.dimse.stats().connections).toBe(0);
  });

  it('a release is answered after the store that it follows', async () => {
    const client = await associate();
    const instance = makeInstance();
    client.connection.send(message(3, client.storeCommand(instance), instance.dataSet), pdu(5, Buffer.alloc(4)));
    expect(status(await client.message())).toBe(0);
    expect((await client.connection.pdu())?.type).toBe(6);
    await client.connection.closed();
  });

  it('a sender that vanishes in the middle of an image leaves nothing behind', async () => {
    const client = await associate();
    const instance = makeInstance({ pixelBytes: 300_000 });
    client.connection.send(
      pdu(4, pdv(3, 3, client.storeCommand(instance))),
      pdu(4, pdv(3, 0, instance.dataSet.subarray(0, 100_000))),
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    client.connection.destroy();
    await expect.poll(() => appliance.dimse.stats().connections).toBe(0);
    expect(await appliance.archive.retrieve.instances({ sopInstanceUid: instance.sopInstanceUid })).toEqual([]);
  });

  it('fragments of two bytes are stored like any others', async () => {
    const client = await associate();
    const instance = makeInstance({ pixelBytes: 4000 });
    const pieces: Buffer[] = [];
    for (let at = 0; at < instance.dataSet.length; at += 2) {
      pieces.push(pdv(3, at + 2 >= instance.dataSet.length ? 2 : 0, instance.dataSet.subarray(at, at + 2)));
    }
    client.connection.send(pdu(4, pdv(3, 3, client.storeCommand(instance))), pdu(4, Buffer.concat(pieces)));
    expect(status(await client.message())).toBe(0);
    const [stored] = await appliance.archive.retrieve.instances({ sopInstanceUid: instance.sopInstanceUid });
    expect(stored?.sha256).toBe(instance.sha256);
    await client.release();
  });

  it('an identifier of many megabytes is refused with a status', async () => {
    const client = await associate();
    const found = await client.find(identifier({ '00080052': 'STUDY', '00100010': 'x'.repeat(3_000_000) }));
    expect([found.status, found.dataSets.length]).toEqual([0xa900, 0]);
    await client.release();
  });

  it.each(['', 'garbage that is no data set at all', '\xff\xff\xff\xff\xff\xff\xff\xff'])(
    'an identifier that cannot be read is refused with a status: %j',
    async (bytes) => {
      const client = await associate();
      const found = await client.find(Buffer.from(bytes, 'latin1'));
      expect(found.status).toBe(0xa900);
      await client.release();
    },
  );
});

describe('random streams', () => {
  const valid = () => {
    const instance = makeInstance({ pixelBytes: 200 });
    const store = command({ 2: SC, 256: 1, 272: 1, 1792: 0, 2048: 1, 4096: instance.sopInstanceUid });
    const find = command({ 2: STUDY_ROOT_FIND, 256: 0x20, 272: 2, 1792: 0, 2048: 1 });
    const all = [...contexts, [STUDY_ROOT_GET, [IMPLICIT]] as const];
    const proposed = all.map(([abstractSyntax, transferSyntaxes], i) => ({
      id: 2 * i + 1,
      abstractSyntax,
      transferSyntaxes,
    }));
    return [
      associateRq({ contexts: proposed }),
      message(3, store, instance.dataSet),
      message(5, find, identifier({ '00080052': 'STUDY', '00100010': '*' })),
      pdu(5, Buffer.alloc(4)),
    ];
  };

  it('never end the listener, and every connection ends', async () => {
    const damage = fc.array(
      fc.tuple(fc.nat(3), fc.double({ min: 0, max: 0.999, noNaN: true }), fc.integer({ min: 0, max: 255 })),
      { maxLength: 5 },
    );
    const order = fc.array(fc.nat(3), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(damage, order, fc.boolean(), async (changes, sequence, keepRequest) => {
        const parts = valid();
        for (const [part, place, value] of changes) {
          const bytes = parts[part] as Buffer;
          if (!(keepRequest && part === 0)) bytes[Math.floor(place * bytes.length)] = value;
        }
        const connection = await RawConnection.open(appliance.dicomPort);
        connection.send(parts[0] as Buffer, ...sequence.map((part) => parts[part] as Buffer));
        connection.socket.end();
        connection.socket.resume();
        await connection.closed();
      }),
      { numRuns: 150 },
    );
    await expect.poll(() => appliance.dimse.stats().connections).toBe(0);
    await echoWorks();
  });
});
