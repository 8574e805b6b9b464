/** The TLS port as OpenSSL and DCMTK see it. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts';
import { dcmtkTool } from '../../support/dcmtk.ts';
import { freshFolder } from '../../support/folders.ts';
import { programOnPath } from '../../support/programs.ts';
import { makeInstance } from '../../support/synthetic.ts';
import { DEVICES, newestAttempt, pinned, tlsPortOf, total } from '../../support/tls-clients.ts';

const run = promisify(execFile);

let appliance: TestAppliance;
beforeAll(async () => {
  appliance = await startTestAppliance({ config: { devices: DEVICES } });
});
afterAll(() => appliance.dispose());

const openssl = programOnPath('openssl', 'OpenSSL');

describe.skipIf(openssl === undefined)('OpenSSL', () => {
  const handshake = async (...options: string[]) => {
    const child = run(openssl as string, ['s_client', '-connect', `127.0.0.1:${tlsPortOf(appliance)}`, ...options]);
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

  it.each(['ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES256-GCM-SHA384', 'ECDHE-RSA-CHACHA20-POLY1305'])(
    'agrees on %s with a device that knows RSA only',
    async (suite) => {
      const authorityFile = join(freshFolder(), 'ca.pem');
      writeFileSync(authorityFile, appliance.certificates.authority);
      const trust = ['-CAfile', authorityFile, '-verify_return_error', '-verify_ip', '127.0.0.1'];
      const printed = await handshake('-tls1_2', '-cipher', suite, ...trust);
      expect(printed).toContain('Verify return code: 0 (ok)');
      expect(printed).toMatch(/Server public key is 2048 bit/);
    },
  );

  it('takes a certificate with an RSA key from a device, by RSA alone', async () => {
    const folder = freshFolder();
    const [key, certificate] = [join(folder, 'device.key'), join(folder, 'device.crt')];
    const subject = ['-subj', '/CN=old modality', '-days', '30'];
    await run(openssl as string, [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      ...subject,
      '-keyout',
      key,
      '-out',
      certificate,
    ]);
    const own = ['-cert', certificate, '-key', key];
    const printed = await handshake('-tls1_2', '-cipher', 'ECDHE-RSA-AES128-GCM-SHA256', ...own);
    expect(printed).toContain('Cipher is ECDHE-RSA-AES128-GCM-SHA256');
    expect(printed).not.toMatch(/^failed/);
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
  const peer = (callingAe: string) => [
    '-aet',
    callingAe,
    '-aec',
    'CLINICPACS',
    '127.0.0.1',
    String(tlsPortOf(appliance)),
  ];

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
    expect((await newestAttempt(appliance, before))?.facts.tls?.certificate?.trusted).toBe(true);
  });

  it('does not trust us without our authority, and we are told', async () => {
    const before = total(appliance);
    await expect(run(echoscu, ['+tla', ...peer('SECURE')])).rejects.toThrow();
    expect((await newestAttempt(appliance, before))?.code).toBe('tls-failed');
  });
});
