/** The appliance's own certificates: made once, renewed by themselves, found again after damage. */
import { X509Certificate } from 'node:crypto';
import { chmod, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { Certificates } from '../../src/certificates/certificates.ts';
import type { Names } from '../../src/certificates/names.ts';
import { isVouchedFor } from '../../src/certificates/trust.ts';
import { createLog } from '../../src/log.ts';
import { freshFolder } from '../support/folders.ts';

const DAY = 86_400_000;
const NAMES: Names = { hosts: ['localhost', 'pacs.local'], addresses: ['127.0.0.1', '192.168.0.7', 'fd00::7'] };
const log = createLog({ level: 'silent' });

let dataDir: string;
let now: number;
let names: Names;
beforeEach(() => {
  dataDir = freshFolder();
  now = Date.now();
  names = NAMES;
});

async function open(): Promise<Certificates> {
  const settings = { dataDir, clinic: '우리 의원', hostNames: [], log, now: () => now, names: () => names };
  const certificates = await Certificates.open(settings);
  await certificates.close();
  return certificates;
}
const file = (name: string) => join(dataDir, 'certificates', name);
const server = (of: Certificates) => new X509Certificate(of.server.certificate);

describe('at the first start', () => {
  it('makes an authority for more than ten years and a server certificate for every name under it', async () => {
    const certificates = await open();
    const authority = new X509Certificate(certificates.authority);
    expect([authority.ca, authority.publicKey.asymmetricKeyDetails?.namedCurve]).toEqual([true, 'prime256v1']);
    expect(authority.validToDate.getTime() - now).toBeGreaterThan(10 * 365 * DAY);
    expect(authority.subject).toContain('우리 의원');
    const issued = server(certificates);
    expect(issued.checkIssued(authority) && issued.verify(authority.publicKey)).toBe(true);
    for (const host of NAMES.hosts) expect(issued.checkHost(host)).toBe(host);
    for (const address of NAMES.addresses) expect(issued.checkIP(address)).toBe(address);
    expect(isVouchedFor(issued, [certificates.authority])).toBe(true);
    const both = certificates.shown.cert.map((pem) => new X509Certificate(pem));
    expect(both.map(({ publicKey }) => publicKey.asymmetricKeyType)).toEqual(['ec', 'rsa']);
    for (const one of both) expect(one.checkIssued(authority) && one.verify(authority.publicKey)).toBe(true);
    expect(both[1]?.subjectAltName).toBe(issued.subjectAltName);
    expect(both[1]?.publicKey.asymmetricKeyDetails?.modulusLength).toBe(2048);
    expect(certificates.notes).toEqual([]);
  });

  it.skipIf(process.platform === 'win32')(
    'keeps the keys for their owner, also when a copy was not so careful',
    async () => {
      await open();
      for (const name of await readdir(join(dataDir, 'certificates'))) {
        expect((await stat(file(name))).mode & 0o777).toBe(0o600);
      }
      await chmod(file('authority.pem'), 0o644);
      await open();
      expect((await stat(file('authority.pem'))).mode & 0o777).toBe(0o600);
    },
  );
});

describe('later', () => {
  it('uses the same ones', async () => {
    const [first, second] = [await open(), await open()];
    expect([second.authority, second.shown]).toEqual([first.authority, first.shown]);
  });

  it('makes the certificate for RSA where an earlier version has left none', async () => {
    const first = await open();
    await rm(file('server-rsa.pem'));
    const second = await open();
    expect([second.authority, second.shown.cert.length]).toEqual([first.authority, 2]);
    expect((await open()).shown).toEqual(second.shown);
  });

  it('renews the server certificate before it expires, and when it has expired', async () => {
    const first = await open();
    const left = (days: number) => server(first).validToDate.getTime() - days * DAY;
    now = left(70);
    expect((await open()).server).toEqual(first.server);
    now = left(50);
    const renewed = await open();
    expect(server(renewed).validToDate.getTime()).toBeGreaterThan(now + 300 * DAY);
    expect(renewed.authority).toBe(first.authority);
    now = server(renewed).validToDate.getTime() + DAY;
    expect(server(await open()).validToDate.getTime()).toBeGreaterThan(now);
  });

  it('renews it while it runs when there is a new address, tells who uses it, and not when one has gone', async () => {
    const certificates = await open();
    const first = certificates.server;
    let told = 0;
    certificates.onRenewal(() => told++);
    names = { ...NAMES, addresses: ['127.0.0.1'] };
    await certificates.check();
    expect([certificates.server, told]).toEqual([first, 0]);
    names = { ...NAMES, addresses: ['127.0.0.1', '10.1.2.3'] };
    await certificates.check();
    expect([server(certificates).checkIP('10.1.2.3'), told]).toEqual(['10.1.2.3', 1]);
    expect((await open()).server).toEqual(certificates.server);
  });

  it('vouches for no name of the internet that it was not made for', async () => {
    await open();
    names = { hosts: ['localhost', 'bank.example.com', 'x.lan'], addresses: ['127.0.0.1', '8.8.8.8'] };
    const certificates = await open();
    const issued = server(certificates);
    expect([issued.checkHost('bank.example.com'), issued.checkIP('8.8.8.8')]).toEqual([undefined, undefined]);
    expect(issued.checkHost('x.lan')).toBe('x.lan');
    const { server: before } = certificates;
    await certificates.check();
    expect(certificates.server).toBe(before);
  });
});

describe('a damaged file', () => {
  it.each([
    ['cut', (name: string) => truncate(file(name), 100)],
    ['empty', (name: string) => truncate(file(name), 0)],
    ['of zeros', (name: string) => writeFile(file(name), Buffer.alloc(500))],
    ['of something else', (name: string) => writeFile(file(name), '{"not": "a key"}')],
  ])('of the server certificate, %s, is made again under the same authority', async (_, damage) => {
    const first = await open();
    await damage('server.pem');
    await damage('server-rsa.pem');
    const second = await open();
    expect(second.authority).toBe(first.authority);
    expect(server(second).serialNumber).not.toBe(server(first).serialNumber);
    expect(second.notes).toEqual([]);
  });

  it.each(['authority.pem', 'authority.copy.pem'])('of the authority (%s) comes back from its copy', async (name) => {
    const first = await open();
    await truncate(file(name), 300);
    const second = await open();
    expect([second.authority, second.server, second.notes]).toEqual([first.authority, first.server, []]);
    expect(await readFile(file('authority.pem'), 'utf8')).toBe(await readFile(file('authority.copy.pem'), 'utf8'));
  });

  it('key and certificate that do not belong together count as damaged', async () => {
    const first = await open();
    const [own, key] = [await readFile(file('authority.pem'), 'utf8'), await readFile(file('server.pem'), 'utf8')];
    const mixed = `${key.slice(0, key.indexOf('-----BEGIN CERTIFICATE'))}${own.slice(own.indexOf('-----BEGIN CERTIFICATE'))}`;
    await writeFile(file('authority.pem'), mixed);
    expect((await open()).authority).toBe(first.authority);
  });

  it('of the authority and its copy gives a new one, says so to staff, and keeps the damaged ones aside', async () => {
    const first = await open();
    for (const name of ['authority.pem', 'authority.copy.pem']) await truncate(file(name), 40);
    const second = await open();
    expect(second.authority).not.toBe(first.authority);
    expect(server(second).verify(new X509Certificate(second.authority).publicKey)).toBe(true);
    expect(second.notes).toEqual([
      { ko: expect.stringContaining('인증 기관'), en: expect.stringContaining('authority') },
    ]);
    expect(await readdir(join(dataDir, 'certificates'))).toContain('authority.pem.damaged');
    expect((await open()).notes).toEqual([]);
  });
});
