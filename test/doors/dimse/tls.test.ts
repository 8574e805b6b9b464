/** DICOM over TLS: the same services behind the same limits, and plain words for whoever comes to the wrong port. */
import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Certificates } from '../../../src/certificates/certificates.ts';
import { issue } from '../../../src/certificates/issue.ts';
import { CommitmentRequests } from '../../../src/commitment/commitment-requests.ts';
import { Commitments } from '../../../src/commitment/commitments.ts';
import { createDimseListener } from '../../../src/doors/dimse/listener.ts';
import { createLog } from '../../../src/log.ts';
import { ADMIN_PASSWORD, startTestAppliance, type TestAppliance } from '../../support/appliance.ts';
import { dcmtkTool } from '../../support/dcmtk.ts';
import { associateRq, EXPLICIT, IMPLICIT, VERIFICATION } from '../../support/dimse-bytes.ts';
import { type ClientOptions, DimseClient, NotAccepted, status } from '../../support/dimse-client.ts';
import { freshFolder } from '../../support/folders.ts';
import { programOnPath } from '../../support/programs.ts';
import { RawConnection } from '../../support/raw-connection.ts';
import { makeInstance } from '../../support/synthetic.ts';

const run = promisify(execFile);
const SC = '1.2.840.10008.5.1.4.1.1.7';
const contexts = [
  [VERIFICATION, [IMPLICIT]],
  [SC, [EXPLICIT]],
] as const;

/** A device's certificate, made by an authority of its own. */
function foreign() {
  const names = { hosts: ['localhost'], addresses: ['127.0.0.1'] };
  return issue({ authority: null, clinic: 'Vendor', names, now: Date.now() });
}
const pinned = foreign();
const stranger = foreign();

const device = { host: '127.0.0.1', may: ['store', 'query', 'retrieve'] };
const DEVICES = [
  { ...device, name: '촬영실', aeTitle: 'MODALITY' },
  { ...device, name: '보안', aeTitle: 'SECURE', tls: 'only' },
  { ...device, name: '인증서', aeTitle: 'PINNED', tls: 'only', certificate: pinned.authority.certificate },
];

let appliance: TestAppliance;
let demanding: TestAppliance;
beforeAll(async () => {
  appliance = await startTestAppliance({ config: { devices: DEVICES, dicom: { artimSeconds: 2 } } });
  demanding = await startTestAppliance({ config: { devices: DEVICES, dicom: { tlsClientCertificates: 'required' } } });
});
afterAll(async () => {
  await appliance.dispose();
  await demanding.dispose();
});

const tlsPort = (at = appliance) => at.dicomTlsPort as number;
const trusting = (at = appliance) => ({ ca: at.certificates.authority });
const associate = (options: Partial<ClientOptions> = {}, at = appliance) =>
  DimseClient.associate({ port: tlsPort(at), contexts, tls: trusting(at), ...options });
/** [result, source, reason] */
const rejection = async (attempt: Promise<DimseClient>) => {
  const error = await attempt.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof NotAccepted ? [...(error.pdu?.body ?? [])].slice(1) : error;
};
const total = (at: TestAppliance) => at.attempts.list().reduce((sum, { times }) => sum + times, 0);
const newest = async (before: number, at = appliance) => {
  await expect.poll(() => total(at), { timeout: 10_000 }).toBe(before + 1);
  return at.attempts.list()[0];
};

describe('the TLS port', () => {
  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'serves %s, stores bytes untouched and records the encryption',
    async (version) => {
      const before = total(appliance);
      const client = await associate({ tls: { ...trusting(), minVersion: version, maxVersion: version } });
      const instance = makeInstance({ pixelBytes: 3_000_000 });
      expect([await client.echo(), status(await client.store(instance))]).toEqual([0, 0]);
      await client.release();
      const [stored] = await appliance.archive.retrieve.instances({ sopInstanceUid: instance.sopInstanceUid });
      expect(stored?.sha256).toBe(instance.sha256);
      expect(await newest(before)).toMatchObject({
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
    expect(await rejection(DimseClient.associate({ port: tlsPort(), contexts }))).toEqual([1, 1, 1]);
    expect(await newest(before)).toMatchObject({
      code: 'plain-on-tls-port',
      facts: { request: { callingAe: 'MODALITY' } },
    });
  });

  it.each([
    ['http', 'GET / HTTP/1.1\r\n\r\n'],
    ['garbage', 'SSH-2.0-OpenSSH\r\n'],
  ])('tells %s', async (code, text) => {
    const before = total(appliance);
    const connection = await RawConnection.open(tlsPort());
    connection.send(Buffer.from(text));
    await connection.closed();
    expect((await newest(before))?.code).toBe(code);
  });

  it('tells TLS that fails, also when the peer does not trust us', async () => {
    let before = total(appliance);
    await expect(RawConnection.open(tlsPort(), undefined, {})).rejects.toThrow();
    expect((await newest(before))?.code).toBe('tls-failed');
    before = total(appliance);
    const old = { ...trusting(), minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    await expect(RawConnection.open(tlsPort(), undefined, old)).rejects.toThrow();
    expect(await newest(before)).toMatchObject({ code: 'tls-failed', facts: { detail: 'unsupported protocol' } });
    before = total(appliance);
    const broken = await RawConnection.open(tlsPort());
    broken.send(Buffer.from('16030100f8010000f40303', 'hex'), Buffer.alloc(400, 7));
    await broken.closed();
    expect((await newest(before))?.code).toBe('tls-failed');
  });

  it('gives a silent or a half handshake the time of any request', async () => {
    let before = total(appliance);
    const silent = await RawConnection.open(tlsPort());
    await silent.closed();
    expect((await newest(before))?.code).toBe('half-open');
    before = total(appliance);
    const half = await RawConnection.open(tlsPort());
    half.send(Buffer.from('16030100f8', 'hex'));
    await half.closed();
    expect((await newest(before))?.code).toBe('timed-out');
    before = total(appliance);
    const mute = await RawConnection.open(tlsPort(), undefined, trusting());
    await mute.closed();
    expect(await newest(before)).toMatchObject({ code: 'half-open', facts: { tls: { version: 'TLSv1.3' } } });
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
      await rejection(DimseClient.associate({ port: appliance.dicomPort, contexts, callingAe: 'SECURE' })),
    ).toEqual([1, 1, 1]);
    expect((await newest(before))?.code).toBe('tls-only');
    const client = await associate({ callingAe: 'SECURE' });
    expect(await client.echo()).toBe(0);
    await client.release();
  });
});

/** Approves an attempt as the administrator; gives the status. */
async function approval(at: TestAppliance, id: number): Promise<(body: object) => Promise<number>> {
  const post = (path: string, body: object, headers = {}) =>
    fetch(`${at.httpUrl}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: at.httpUrl, ...headers },
      body: JSON.stringify(body),
    });
  const logIn = await post('/api/login', { name: 'admin', password: ADMIN_PASSWORD });
  const Cookie = logIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  return async (body) => (await post(`/api/attempts/${id}/approve`, body, { Cookie })).status;
}

describe('client certificates', () => {
  const withCertificate = ({ server: { certificate: cert, key } }: typeof pinned, at = appliance) => ({
    ...trusting(at),
    cert,
    key,
  });

  it('of a device: its own goes on record, another one is not taken for it, none is fine where they are optional', async () => {
    let before = total(appliance);
    const client = await associate({ callingAe: 'PINNED', tls: withCertificate(pinned) });
    expect(await client.echo()).toBe(0);
    await client.release();
    expect((await newest(before))?.facts.tls?.certificate).toMatchObject({
      subject: expect.stringContaining('CLINICPACS'),
      fingerprint: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/),
      trusted: true,
    });
    before = total(appliance);
    expect(await rejection(associate({ callingAe: 'PINNED', tls: withCertificate(stranger) }))).toEqual([1, 1, 3]);
    expect(await newest(before)).toMatchObject({
      code: 'client-certificate',
      facts: { tls: { certificate: { trusted: false } } },
    });
    const bare = await associate({ callingAe: 'PINNED' });
    await bare.release();
  });

  it('are registered by the approval of the attempt that named them, and then the same connection succeeds', async () => {
    const newcomer = foreign();
    const connection = () => associate({ callingAe: 'NEWCOMER', tls: withCertificate(newcomer, demanding) }, demanding);
    const before = total(demanding);
    expect(await rejection(connection())).toEqual([1, 1, 3]);
    const attempt = await newest(before, demanding);
    expect(attempt?.code).toBe('client-certificate');
    const approve = await approval(demanding, attempt?.id as number);
    const fingerprint = attempt?.facts.tls?.certificate?.fingerprint ?? '';
    expect(await approve({ name: '새 장비' })).toBe(400);
    expect(await approve({ name: '새 장비', certificateFingerprint: fingerprint.replace(/^../, '00') })).toBe(400);
    expect(await approve({ name: '새 장비', certificateFingerprint: fingerprint })).toBe(200);
    await (await connection()).release();
  });

  it('where they are required: only the registered one or one of our authority', async () => {
    expect(await rejection(associate({ callingAe: 'MODALITY' }, demanding))).toEqual([1, 1, 3]);
    const attempt = associate({ callingAe: 'MODALITY', tls: withCertificate(stranger, demanding) }, demanding);
    expect(await rejection(attempt)).toEqual([1, 1, 3]);
    const own = await associate({ callingAe: 'PINNED', tls: withCertificate(pinned, demanding) }, demanding);
    await own.release();
    const { certificate: cert, key } = demanding.certificates.server;
    const ours = await associate({ callingAe: 'MODALITY', tls: { ...trusting(demanding), cert, key } }, demanding);
    await ours.release();
  });

  it('without their key are worth nothing', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' });
    const cert = pinned.server.certificate;
    const attempt = associate({ callingAe: 'PINNED', tls: { ...trusting(), cert, key } });
    await expect(attempt).rejects.toThrow();
  });
});

it('50 silent TLS connections and 50 half handshakes do not keep an approved device out', async () => {
  const small = await startTestAppliance({ config: { devices: DEVICES, dicom: { maxAssociations: 20 } } });
  const crowd = Array.from({ length: 100 }, (_, index) => {
    const socket = connect(tlsPort(small), '127.0.0.1');
    socket.on('error', () => undefined).resume();
    if (index % 2 === 0) socket.write(Buffer.from('16030100f8010000f40303', 'hex'));
    return socket;
  });
  try {
    await Promise.all(crowd.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
    for (const port of [tlsPort(small), small.dicomPort]) {
      const client = await DimseClient.associate({
        port,
        contexts,
        ...(port === small.dicomPort ? {} : { tls: trusting(small) }),
      });
      expect([await client.echo(), status(await client.store(makeInstance()))]).toEqual([0, 0]);
      await client.release();
    }
  } finally {
    for (const socket of crowd) socket.destroy();
    await small.dispose();
  }
});

it('streams of bytes that begin like TLS never end the listener, and every connection ends', async () => {
  const hello = await clientHello();
  const damage = fc.array(fc.tuple(fc.nat(hello.length - 1), fc.nat(255)), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(damage, fc.nat(hello.length), fc.uint8Array({ maxLength: 300 }), async (changes, cut, tail) => {
      const bytes = Buffer.from(hello);
      for (const [place, value] of changes) if (place > 0) bytes[place] = value;
      const connection = await RawConnection.open(tlsPort());
      connection.send(bytes.subarray(0, Math.max(1, cut)), Buffer.from(tail));
      connection.socket.end();
      connection.socket.resume();
      await connection.closed();
    }),
    { numRuns: 150 },
  );
  await expect.poll(() => appliance.dimse.stats().connections, { timeout: 10_000 }).toBe(0);
  const client = await associate();
  expect(await client.echo()).toBe(0);
  await client.release();
});

/** The first bytes of a true handshake. */
async function clientHello(): Promise<Buffer> {
  const bytes = Promise.withResolvers<Buffer>();
  const server = createServer((socket) => {
    socket
      .on('error', () => undefined)
      .once('data', (chunk: Buffer) => {
        bytes.resolve(chunk);
        socket.destroy();
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await RawConnection.open(port, undefined, {}).catch(() => undefined);
  server.close();
  return bytes.promise;
}

it('one that cannot have its TLS port starts all the same, and says so', async () => {
  const second = await startTestAppliance({ config: { dicom: { tlsPort: tlsPort() } } });
  try {
    expect(second.dicomTlsPort).toBeNull();
    expect(second.notes).toEqual([{ ko: expect.stringContaining('dicom.tlsPort'), en: expect.any(String) }]);
    const client = await DimseClient.associate({ port: second.dicomPort, contexts });
    await client.release();
  } finally {
    await second.dispose();
  }
});

it('an association request that comes byte by byte through TLS is read like any other', async () => {
  const connection = await RawConnection.open(tlsPort(), undefined, trusting());
  const request = associateRq({ contexts: [{ id: 1, abstractSyntax: VERIFICATION, transferSyntaxes: [IMPLICIT] }] });
  for (const byte of request) connection.send(Buffer.from([byte]));
  expect((await connection.pdu())?.type).toBe(2);
  connection.destroy();
});

const openssl = programOnPath('openssl', 'OpenSSL');

describe.skipIf(openssl === undefined)('OpenSSL', () => {
  const handshake = async (...options: string[]) => {
    const child = run(openssl as string, ['s_client', '-connect', `127.0.0.1:${tlsPort()}`, ...options]);
    child.child.stdin?.end();
    return child.then(
      ({ stdout }) => stdout,
      ({ stdout, stderr }: { stdout: string; stderr: string }) => `failed\n${stdout}${stderr}`,
    );
  };
  const old = ['-cipher', 'DEFAULT@SECLEVEL=0'];

  it.each(['-tls1_2', '-tls1_3'])('agrees on %s and verifies address and chain', async (version) => {
    const authorityFile = join(freshFolder(), 'ca.pem');
    writeFileSync(authorityFile, appliance.certificates.authority);
    const trust = ['-CAfile', authorityFile, '-verify_return_error', '-verify_ip', '127.0.0.1', '-x509_strict'];
    expect(await handshake(version, ...trust)).toContain('Verify return code: 0 (ok)');
  });

  it.each([
    ['TLS 1.1', ['-tls1_1', ...old]],
    ['TLS 1.0', ['-tls1', ...old]],
    ['CBC suites', ['-tls1_2', '-cipher', 'ECDHE-ECDSA-AES128-SHA256:ECDHE-ECDSA-AES256-SHA']],
    ['suites without forward secrecy', ['-tls1_2', '-cipher', 'AES128-GCM-SHA256:AES256-GCM-SHA384']],
  ])('is refused with %s', async (_, options) => {
    const printed = await handshake(...options);
    expect(printed).toMatch(/^failed/);
    expect(printed).toMatch(/alert (protocol version|handshake failure)/);
  });
});

const tools = ['echoscu', 'storescu'].map(dcmtkTool);

describe.skipIf(tools.includes(undefined))('DCMTK over TLS', () => {
  const [echoscu, storescu] = tools as [string, string];
  let authorityFile: string;
  let folder: string;
  beforeAll(() => {
    folder = freshFolder();
    authorityFile = join(folder, 'ca.pem');
    writeFileSync(authorityFile, appliance.certificates.authority);
  });
  const peer = (callingAe: string) => ['-aet', callingAe, '-aec', 'CLINICPACS', '127.0.0.1', String(tlsPort())];

  it.each(['+py', '+px', '+pz'])('echoes with the profile %s, without a certificate of its own', async (profile) => {
    const trust = ['+tla', '--add-cert-file', authorityFile, profile];
    await expect(run(echoscu, [...trust, ...peer('SECURE')])).resolves.toBeDefined();
  });

  it('stores with a certificate of its own, which goes on record', async () => {
    const [key, certificate] = [join(folder, 'device.key'), join(folder, 'device.crt')];
    writeFileSync(key, pinned.server.key);
    writeFileSync(certificate, pinned.server.certificate);
    const instance = makeInstance({ pixelBytes: 500_000 });
    const file = join(folder, 'image.dcm');
    writeFileSync(file, instance.file);
    const before = total(appliance);
    await run(storescu, ['+tls', key, certificate, '--add-cert-file', authorityFile, ...peer('PINNED'), file]);
    const [stored] = await appliance.archive.retrieve.instances({ sopInstanceUid: instance.sopInstanceUid });
    expect(stored?.sha256).toBe(instance.sha256);
    expect((await newest(before))?.facts.tls?.certificate?.trusted).toBe(true);
  });

  it('does not trust us without our authority, and we are told', async () => {
    const before = total(appliance);
    await expect(run(echoscu, ['+tla', ...peer('SECURE')])).rejects.toThrow();
    expect((await newest(before))?.code).toBe('tls-failed');
  });
});
