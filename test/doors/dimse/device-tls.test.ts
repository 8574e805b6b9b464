/** Calling devices by TLS: whom we take them for, and what we say when that fails. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer as createPlainServer, type Server } from 'node:net';
import { join } from 'node:path';
import { type ConnectionOptions, connect, createServer, type TlsOptions } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Certificates } from '../../../src/certificates/certificates.ts';
import { issue } from '../../../src/certificates/issue.ts';
import { connectionFault, deviceTls } from '../../../src/doors/dimse/device-tls.ts';
import { createLog } from '../../../src/log.ts';
import { freshFolder } from '../../support/folders.ts';
import { programOnPath } from '../../support/programs.ts';

const openssl = programOnPath('openssl', 'OpenSSL');

const names = (...addresses: string[]) => ({ hosts: ['localhost'], addresses });
const DAY = 86_400_000;
const vendor = (now = Date.now()) => issue({ authority: null, clinic: 'Vendor', names: names('10.0.0.77'), now });

let ours: Certificates;
let listening: Server | undefined;
beforeAll(async () => {
  const log = createLog({ level: 'silent' });
  const settings = { dataDir: freshFolder(), clinic: 'x', hostNames: [], log, names: () => names('127.0.0.1') };
  ours = await Certificates.open(settings);
});
afterEach(() => listening?.close());
afterAll(() => ours.close());

async function open(server: Server): Promise<number> {
  listening = server;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as { port: number }).port;
}

/** A device with TLS that says which certificate it was shown. */
function device(options: TlsOptions): Promise<number> {
  return open(
    createServer({ requestCert: true, rejectUnauthorized: false, ...options }, (socket) => {
      socket.on('error', () => undefined).end(socket.getPeerX509Certificate()?.fingerprint256 ?? 'none');
    }).on('tlsClientError', () => undefined),
  );
}
const identity = ({ server }: ReturnType<typeof vendor>) => ({ cert: server.certificate, key: server.key });

/** What the device said, or what we say of the failure. */
function call(port: number, options: ConnectionOptions | undefined): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, ...options });
    socket.on('data', (text: Buffer) => resolve(text.toString()));
    socket.on('error', (error) => resolve(connectionFault(error)));
  });
}
const tls = 'only' as const;

it('a device without TLS is called without it', () => {
  expect(deviceTls({}, ours)).toBeUndefined();
});

describe('a device', () => {
  it('with a certificate of our authority for its address is believed, and shown ours', async () => {
    const { certificate: cert, key } = ours.server;
    const port = await device({ cert, key });
    expect(await call(port, deviceTls({ tls }, ours))).toMatch(/^([0-9A-F]{2}:){31}/);
  });

  it('with its registered certificate is believed, or with one of the registered authority, whatever its address', async () => {
    const maker = vendor();
    const port = await device(identity(maker));
    for (const { certificate } of [maker.server, maker.authority]) {
      expect(await call(port, deviceTls({ tls, certificate }, ours))).toMatch(/^([0-9A-F]{2}:){31}/);
    }
  });

  it('with a certificate of somebody else is not, registered or not', async () => {
    const port = await device(identity(vendor()));
    expect(await call(port, deviceTls({ tls }, ours))).toContain('not the one registered');
    const { certificate } = vendor().server;
    expect(await call(port, deviceTls({ tls, certificate }, ours))).toContain('not the one registered');
  });

  it('with a certificate of our authority for another address is not', async () => {
    const other = vendor();
    const port = await device(identity(other));
    const underIt = { authority: other.authority.certificate, shown: ours.shown };
    expect(await call(port, deviceTls({ tls }, underIt))).toContain('not for its address');
  });

  it('with an expired one is not', async () => {
    const old = vendor(Date.now() - 800 * DAY);
    const port = await device(identity(old));
    const { certificate } = old.authority;
    expect(await call(port, deviceTls({ tls, certificate }, ours))).toContain('has expired');
  });

  it('that knows only old TLS, or none at all, is told from the others', async () => {
    const maker = vendor();
    const { certificate } = maker.server;
    const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    const port = await device({ ...identity(maker), ...old });
    expect(await call(port, deviceTls({ tls, certificate }, ours))).toContain('TLS 1.2 or newer');
    listening?.close();
    const plain = createPlainServer((socket) => socket.on('error', () => undefined).end('not TLS at all, but words'));
    expect(await call(await open(plain), deviceTls({ tls, certificate }, ours))).toContain('does not speak TLS');
  });

  it.skipIf(openssl === undefined)('that does not trust us says so', async () => {
    const maker = vendor();
    const folder = freshFolder();
    const file = (name: string, text: string) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const own = ['-key', file('key', maker.server.key), '-cert', file('cert', maker.server.certificate)];
    const trusts = ['-Verify', '1', '-verify_return_error', '-CAfile', file('ca', vendor().authority.certificate)];
    const child = spawn(openssl as string, ['s_server', '-accept', '127.0.0.1:0', ...own, ...trusts]);
    try {
      let printed = '';
      child.stdout.on('data', (chunk: Buffer) => {
        printed += chunk.toString();
      });
      await expect.poll(() => printed).toMatch(/ACCEPT 127\.0\.0\.1:\d+/);
      const port = Number(/ACCEPT 127\.0\.0\.1:(\d+)/.exec(printed)?.[1]);
      const { certificate } = maker.server;
      expect(await call(port, deviceTls({ tls, certificate }, ours))).toContain('does not trust our certificate');
    } finally {
      child.kill();
    }
  });
});
