/** Every connection to the DICOM port leaves a record that says what went wrong. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts';
import {
  type AssociateOptions,
  associateRq,
  EXPLICIT,
  IMPLICIT,
  pdu,
  pdv,
  VERIFICATION,
} from '../../support/dimse-bytes.ts';
import { DimseClient } from '../../support/dimse-client.ts';
import { RawConnection } from '../../support/raw-connection.ts';
import { makeInstance } from '../../support/synthetic.ts';

const SC = '1.2.840.10008.5.1.4.1.1.7';
const FIND = '1.2.840.10008.5.1.4.1.2.2.1';
const CLIENT_HELLO = Buffer.from('16030100f8010000f40303', 'hex');
const contexts = [
  [VERIFICATION, [IMPLICIT]],
  [SC, [EXPLICIT]],
] as const;
const ECHO = [{ id: 1, abstractSyntax: VERIFICATION, transferSyntaxes: [IMPLICIT] }];

let appliance: TestAppliance;
let strict: TestAppliance;

beforeAll(async () => {
  appliance = await startTestAppliance({ config: { dicom: { artimSeconds: 1 } } });
  const device = { name: '촬영실', host: '127.0.0.1', may: ['store'] };
  const devices = [
    { ...device, aeTitle: 'MODALITY' },
    { ...device, aeTitle: 'SECURE', tls: 'only' },
  ];
  strict = await startTestAppliance({ config: { devices, dicom: { unknownDevices: 'reject', strictCalledAe: true } } });
});
afterAll(async () => {
  await appliance.dispose();
  await strict.dispose();
});

/** The record of the connection that `act` makes. */
async function recordOf(at: TestAppliance, act: (port: number) => Promise<void>) {
  const before = total(at);
  await act(at.dicomPort);
  await expect.poll(() => total(at)).toBe(before + 1);
  const [newest] = at.attempts.list();
  if (newest === undefined) throw new Error('no record');
  return newest;
}

const total = (at: TestAppliance) => at.attempts.list().reduce((sum, { times }) => sum + times, 0);

const sending = (bytes: Buffer) => async (port: number) => {
  const connection = await RawConnection.open(port);
  connection.send(bytes);
  await connection.closed();
};
const asking = (options: AssociateOptions) => async (port: number) => {
  const connection = await RawConnection.open(port);
  connection.send(associateRq(options));
  await connection.pdu();
  connection.send(pdu(5, Buffer.alloc(4)));
  await connection.closed();
};

describe('the record of a connection', () => {
  it('says who called, what was proposed and answered, and what was done', async () => {
    const attempt = await recordOf(appliance, async (port) => {
      const client = await DimseClient.associate({
        port,
        contexts: [...contexts, ['1.2.840.10008.5.1.1.9', [IMPLICIT]]],
      });
      await client.echo();
      await client.store(makeInstance());
      await client.store(makeInstance());
      await client.release();
    });
    expect(attempt).toMatchObject({
      code: 'ok',
      facts: {
        address: '127.0.0.1',
        port: 'plain',
        opening: 'associate-request',
        request: {
          callingAe: 'MODALITY',
          calledAe: 'CLINICPACS',
          implementationClassUid: '1.2.3.4',
          implementationVersion: 'TEST_1',
          approved: true,
          contexts: [
            { id: 1, abstractSyntax: VERIFICATION, transferSyntaxes: [IMPLICIT], result: 0, accepted: IMPLICIT },
            { id: 3, abstractSyntax: SC, result: 0, accepted: EXPLICIT },
            { id: 5, result: 3, accepted: '' },
          ],
        },
        services: { echo: 1, store: 2 },
        ending: 'released',
      },
    });
  });

  it.each<[string, (port: number) => Promise<void>]>([
    ['http', sending(Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'))],
    ['tls-on-plain-port', sending(CLIENT_HELLO)],
    ['garbage', sending(Buffer.from('SSH-2.0-OpenSSH_9.2\r\n'))],
    ['protocol-violation', sending(pdu(5, Buffer.alloc(4)))],
    ['malformed', sending(pdu(1, Buffer.alloc(20)))],
    ['half-open', sending(Buffer.alloc(0))],
    ['timed-out', sending(associateRq({ contexts: ECHO }).subarray(0, 100))],
    ['malformed', asking({ contexts: [...ECHO, ...ECHO] })],
    ['other-called-ae', asking({ contexts: ECHO, calledAe: 'OTHER' })],
    ['unknown-device', asking({ contexts: ECHO, callingAe: 'NEW' })],
    ['blank-ae', asking({ contexts: ECHO, callingAe: '' })],
    [
      'not-permitted',
      asking({ callingAe: 'NEW', contexts: [{ id: 1, abstractSyntax: FIND, transferSyntaxes: [IMPLICIT] }] }),
    ],
    [
      'no-common-context',
      asking({ contexts: [{ id: 1, abstractSyntax: FIND, transferSyntaxes: ['1.2.840.10008.1.2.4.50'] }] }),
    ],
  ])('%s', async (code, act) => {
    expect((await recordOf(appliance, act)).code).toBe(code);
  });

  it.each<[string, AssociateOptions]>([
    ['unknown-device-rejected', { contexts: ECHO, callingAe: 'NEW' }],
    ['wrong-called-ae', { contexts: ECHO, calledAe: 'OTHER' }],
    ['tls-only', { contexts: ECHO, callingAe: 'SECURE' }],
  ])('%s, where the settings are strict', async (code, options) => {
    expect((await recordOf(strict, asking(options))).code).toBe(code);
  });

  it('a half image: lost, aborted', async () => {
    const half = async (port: number) => {
      const client = await DimseClient.associate({ port, contexts });
      client.connection.send(
        pdu(4, pdv(3, 3, client.storeCommand(makeInstance()))),
        pdu(4, pdv(3, 0, Buffer.alloc(50))),
      );
      return client.connection;
    };
    const lost = await recordOf(appliance, async (port) => {
      const connection = await half(port);
      await connection.sendAll(Buffer.alloc(0));
      connection.socket.end();
    });
    expect([lost.code, lost.facts.services]).toEqual(['connection-lost', { store: 1 }]);
    const aborted = await recordOf(appliance, async (port) =>
      (await half(port)).send(pdu(7, Buffer.from([0, 0, 0, 0]))),
    );
    expect(aborted.code).toBe('aborted-by-peer');
  });
});
