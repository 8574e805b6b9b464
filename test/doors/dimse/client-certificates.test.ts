/** Devices that show a certificate of their own: asked for, registered, demanded. */
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN_PASSWORD, startTestAppliance, type TestAppliance } from '../../support/appliance.ts';
import {
  associateByTls,
  DEVICES,
  foreignCertificate,
  newestAttempt,
  pinned,
  rejection,
  total,
  trusting,
} from '../../support/tls-clients.ts';

const stranger = foreignCertificate();

let appliance: TestAppliance;
/** Takes nobody without a certificate. */
let demanding: TestAppliance;
beforeAll(async () => {
  appliance = await startTestAppliance({ config: { devices: DEVICES } });
  demanding = await startTestAppliance({ config: { devices: DEVICES, dicom: { tlsClientCertificates: 'required' } } });
});
afterAll(async () => {
  await appliance.dispose();
  await demanding.dispose();
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
    const client = await associateByTls(appliance, { callingAe: 'PINNED', tls: withCertificate(pinned) });
    expect(await client.echo()).toBe(0);
    await client.release();
    expect((await newestAttempt(appliance, before))?.facts.tls?.certificate).toMatchObject({
      subject: expect.stringContaining('CLINICPACS'),
      fingerprint: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/),
      trusted: true,
    });
    before = total(appliance);
    expect(await rejection(associateByTls(appliance, { callingAe: 'PINNED', tls: withCertificate(stranger) }))).toEqual(
      [1, 1, 3],
    );
    expect(await newestAttempt(appliance, before)).toMatchObject({
      code: 'client-certificate',
      facts: { tls: { certificate: { trusted: false } } },
    });
    const bare = await associateByTls(appliance, { callingAe: 'PINNED' });
    await bare.release();
  });

  it('are registered by the approval of the attempt that named them, and then the same connection succeeds', async () => {
    const newcomer = foreignCertificate();
    const connection = () =>
      associateByTls(demanding, { callingAe: 'NEWCOMER', tls: withCertificate(newcomer, demanding) });
    const before = total(demanding);
    expect(await rejection(connection())).toEqual([1, 1, 3]);
    const attempt = await newestAttempt(demanding, before);
    expect(attempt?.code).toBe('client-certificate');
    const approve = await approval(demanding, attempt?.id as number);
    const fingerprint = attempt?.facts.tls?.certificate?.fingerprint ?? '';
    expect(await approve({ name: '새 장비' })).toBe(400);
    expect(await approve({ name: '새 장비', certificateFingerprint: fingerprint.replace(/^../, '00') })).toBe(400);
    expect(await approve({ name: '새 장비', certificateFingerprint: fingerprint })).toBe(200);
    await (await connection()).release();
  });

  it('where they are required: only the registered one or one of our authority', async () => {
    expect(await rejection(associateByTls(demanding, { callingAe: 'MODALITY' }))).toEqual([1, 1, 3]);
    const attempt = associateByTls(demanding, { callingAe: 'MODALITY', tls: withCertificate(stranger, demanding) });
    expect(await rejection(attempt)).toEqual([1, 1, 3]);
    const own = await associateByTls(demanding, { callingAe: 'PINNED', tls: withCertificate(pinned, demanding) });
    await own.release();
    const { certificate: cert, key } = demanding.certificates.server;
    const ours = await associateByTls(demanding, { callingAe: 'MODALITY', tls: { ...trusting(demanding), cert, key } });
    await ours.release();
  });

  it('without their key are worth nothing', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' });
    const cert = pinned.server.certificate;
    const attempt = associateByTls(appliance, { callingAe: 'PINNED', tls: { ...trusting(appliance), cert, key } });
    await expect(attempt).rejects.toThrow();
  });
});
