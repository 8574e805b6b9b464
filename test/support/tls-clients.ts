/** Devices that speak DICOM over TLS, with certificates or without, and what an appliance has on record of them. */
import { expect } from 'vitest';
import { issue } from '../../src/certificates/issue.ts';
import type { TestAppliance } from './appliance.ts';
import { EXPLICIT, IMPLICIT, VERIFICATION } from './dimse-bytes.ts';
import { type ClientOptions, DimseClient, NotAccepted } from './dimse-client.ts';

const SC = '1.2.840.10008.5.1.4.1.1.7';
export const CONTEXTS = [
  [VERIFICATION, [IMPLICIT]],
  [SC, [EXPLICIT]],
] as const;

/** A device's certificate, made by an authority of its own. */
export function foreignCertificate() {
  const names = { hosts: ['localhost'], addresses: ['127.0.0.1'] };
  return issue({ authority: null, clinic: 'Vendor', names, now: Date.now() });
}

/** The certificate of the device PINNED. */
export const pinned = foreignCertificate();

const device = { host: '127.0.0.1', may: ['store', 'query', 'retrieve'] };
export const DEVICES = [
  { ...device, name: '촬영실', aeTitle: 'MODALITY' },
  { ...device, name: '보안', aeTitle: 'SECURE', tls: 'only' },
  { ...device, name: '인증서', aeTitle: 'PINNED', tls: 'only', certificate: pinned.authority.certificate },
];

export const tlsPortOf = (at: TestAppliance) => at.dicomTlsPort as number;
export const trusting = (at: TestAppliance) => ({ ca: at.certificates.authority });

/** Verification and secondary capture on the TLS port, its certificate checked. */
export function associateByTls(at: TestAppliance, options: Partial<ClientOptions> = {}): Promise<DimseClient> {
  return DimseClient.associate({ port: tlsPortOf(at), contexts: CONTEXTS, tls: trusting(at), ...options });
}

/** [result, source, reason] of a rejection; whatever else happened otherwise. */
export async function rejection(attempt: Promise<DimseClient>): Promise<unknown> {
  const error = await attempt.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof NotAccepted ? [...(error.pdu?.body ?? [])].slice(1) : error;
}

/** Attempts on record. */
export function total(at: TestAppliance): number {
  return at.attempts.list().reduce((sum, { times }) => sum + times, 0);
}

/** The attempt that came on record after `before` of them. */
export async function newestAttempt(at: TestAppliance, before: number) {
  await expect.poll(() => total(at)).toBe(before + 1);
  return at.attempts.list()[0];
}
