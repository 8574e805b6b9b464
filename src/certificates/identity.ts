/** A certificate with its private key: read from PEM, checked to belong together and to be in force. */
import { createPrivateKey, X509Certificate } from 'node:crypto';

/** In PEM. */
export interface Identity {
  readonly certificate: string;
  readonly key: string;
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/;
const KEY = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/;

/** What `text` holds; undefined when either half is missing, cannot be read or does not belong to the other. */
export function readIdentity(text: string): Identity | undefined {
  const certificate = CERTIFICATE.exec(text)?.[0];
  const key = KEY.exec(text)?.[0];
  if (certificate === undefined || key === undefined) return undefined;
  try {
    const belongs = new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
    return belongs ? { certificate: `${certificate}\n`, key: `${key}\n` } : undefined;
  } catch {
    return undefined;
  }
}

export function identityText({ certificate, key }: Identity): string {
  return key + certificate;
}

/** @param now milliseconds since 1970, as all times here */
export function isInForce(certificate: X509Certificate, now: number): boolean {
  return certificate.validFromDate.getTime() <= now && now < certificate.validToDate.getTime();
}
