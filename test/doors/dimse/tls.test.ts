/** DICOM over TLS: the same services behind the same limits, and plain words for whoever comes to the wrong port. */
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Certificates } from '../../../src/certificates/certificates.ts';
import { CommitmentRequests } from '../../../src/commitment/commitment-requests.ts';
import { Commitments } from '../../../src/commitment/commitments.ts';
import { createDimseListener } from '../../../src/doors/dimse/listener.ts';
import { createLog } from '../../../src/log.ts';
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts';
import { associateRq, IMPLICIT, VERIFICATION } from '../../support/dimse-bytes.ts';
import { DimseClient, status } from '../../support/dimse-client.ts';
import { freshFolder } from '../../support/folders.ts';
import { RawConnection } from '../../support/raw-connection.ts';
import { makeInstance } from '../../support/synthetic.ts';
import {
  associateByTls,
  CONTEXTS,
  DEVICES,
  newestAttempt,
  rejection,
  tlsPortOf,
  total,
  trusting,
} from '../../support/tls-clients.ts';

let appliance: TestAppliance;
beforeAll(async () => {
  appliance = await startTestAppliance({ config: { devices: DEVICES, dicom: { artimSeconds: 2 } } });
});
afterAll(() => appliance.dispose());

describe('the TLS port', () => {
  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'serves %s, stores bytes untouched and records the encryption',
    async (version) => {
      const before = total(appliance);
      const client = await associateByTls(appliance, {
        tls: { ...trusting(appliance), minVersion: version, maxVersion: version },
      });
      const instance = makeInstance({ pixelBytes: 3_000_000 });
      expect([await client.echo(), status(await client.store(instance))]).toEqual([0, 0]);
      await client.release();
      const [stored] = await appliance.archive.retrieve.instances({ sopInstanceUid: instance.sopInstanceUid });
      expect(stored?.sha256).toBe(instance.sha256);
      expect(await newestAttempt(appliance, before)).toMatchObject({
        code: 'ok',
        facts: {
          port: 'tls',
          opening: 'associate-request',
          tls: { version, certificate: null },
          services: { store: 1 },
        },
      });
    },
  );

  it('refuses who comes without TLS in plain DICOM, and says why', async () => {
    const before = total(appliance);
    expect(await rejection(DimseClient.associate({ port: tlsPortOf(appliance), contexts: CONTEXTS }))).toEqual([
      1, 1, 1,
    ]);
    expect(await newestAttempt(appliance, before)).toMatchObject({
      code: 'plain-on-tls-port',
      facts: { request: { callingAe: 'MODALITY' } },
    });
  });

  it.each([
    ['http', 'GET / HTTP/1.1\r\n\r\n'],
    ['garbage', 'SSH-2.0-OpenSSH\r\n'],
  ])('tells %s', async (code, text) => {
    const before = total(appliance);
    const connection = await RawConnection.open(tlsPortOf(appliance));
    connection.send(Buffer.from(text));
    await connection.closed();
    expect((await newestAttempt(appliance, before))?.code).toBe(code);
  });

  it('tells TLS that fails, also when the peer does not trust us', async () => {
    let before = total(appliance);
    await expect(RawConnection.open(tlsPortOf(appliance), undefined, {})).rejects.toThrow();
    expect((await newestAttempt(appliance, before))?.code).toBe('tls-failed');
    before = total(appliance);
    const old = {
      ...trusting(appliance),
      minVersion: 'TLSv1.1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    } as const;
    await expect(RawConnection.open(tlsPortOf(appliance), undefined, old)).rejects.toThrow();
    expect(await newestAttempt(appliance, before)).toMatchObject({
      code: 'tls-failed',
      facts: { detail: 'unsupported protocol' },
    });
    before = total(appliance);
    const broken = await RawConnection.open(tlsPortOf(appliance));
    broken.send(Buffer.from('16030100f8010000f40303', 'hex'), Buffer.alloc(400, 7));
    await broken.closed();
    expect((await newestAttempt(appliance, before))?.code).toBe('tls-failed');
  });

  it('gives a silent or a half handshake the time of any request', async () => {
    let before = total(appliance);
    const silent = await RawConnection.open(tlsPortOf(appliance));
    await silent.closed();
    expect((await newestAttempt(appliance, before))?.code).toBe('half-open');
    before = total(appliance);
    const half = await RawConnection.open(tlsPortOf(appliance));
    half.send(Buffer.from('16030100f8', 'hex'));
    await half.closed();
    expect((await newestAttempt(appliance, before))?.code).toBe('timed-out');
    before = total(appliance);
    const mute = await RawConnection.open(tlsPortOf(appliance), undefined, trusting(appliance));
    await mute.closed();
    expect(await newestAttempt(appliance, before)).toMatchObject({
      code: 'half-open',
      facts: { tls: { version: 'TLSv1.3' } },
    });
    await expect.poll(() => appliance.dimse.stats().connections).toBe(0);
  });

  it('goes on with a renewed certificate without a restart', async () => {
    const log = createLog({ level: 'silent' });
    let addresses = ['127.0.0.1'];
    const names = () => ({ hosts: ['localhost'], addresses });
    const certificates = await Certificates.open({ dataDir: freshFolder(), clinic: 'x', hostNames: [], log, names });
    const { archive, worklist, config } = appliance;
    const books = { mostOpen: 1, patience: 1000 };
    const ignore = () => undefined;
    const deps = {
      archive,
      worklist,
      commitments: new Commitments({ archive, log, ...books }),
      commitmentRequests: new CommitmentRequests({ database: archive.database, log, ...books }),
      config,
      certificates,
      log,
      devices: () => [],
      onAccess: ignore,
      onAttempt: ignore,
    };
    const listener = createDimseListener(deps);
    const { tlsPort: port } = await listener.listen();
    const serial = async () => {
      const connection = await RawConnection.open(port as number, undefined, { ca: certificates.authority });
      const { serialNumber } = (connection.socket as TLSSocket).getPeerCertificate();
      connection.destroy();
      return serialNumber;
    };
    const first = await serial();
    addresses = ['127.0.0.1', '10.0.0.9'];
    await certificates.check();
    expect(await serial()).not.toBe(first);
    await listener.close();
    await certificates.close();
  });
});

describe('a device that is set to TLS only', () => {
  it('is refused on the plain port and told why, and served on the TLS port', async () => {
    const before = total(appliance);
    expect(
      await rejection(DimseClient.associate({ port: appliance.dicomPort, contexts: CONTEXTS, callingAe: 'SECURE' })),
    ).toEqual([1, 1, 1]);
    expect((await newestAttempt(appliance, before))?.code).toBe('tls-only');
    const client = await associateByTls(appliance, { callingAe: 'SECURE' });
    expect(await client.echo()).toBe(0);
    await client.release();
  });
});

it('one that cannot have its TLS port starts all the same, and says so', async () => {
  const second = await startTestAppliance({ config: { dicom: { tlsPort: tlsPortOf(appliance) } } });
  try {
    expect(second.dicomTlsPort).toBeNull();
    expect(second.notes).toEqual([{ ko: expect.stringContaining('dicom.tlsPort'), en: expect.any(String) }]);
    const client = await DimseClient.associate({ port: second.dicomPort, contexts: CONTEXTS });
    await client.release();
  } finally {
    await second.dispose();
  }
});

it('an association request that comes byte by byte through TLS is read like any other', async () => {
  const connection = await RawConnection.open(tlsPortOf(appliance), undefined, trusting(appliance));
  const request = associateRq({ contexts: [{ id: 1, abstractSyntax: VERIFICATION, transferSyntaxes: [IMPLICIT] }] });
  for (const byte of request) connection.send(Buffer.from([byte]));
  expect((await connection.pdu())?.type).toBe(2);
  connection.destroy();
});
