/** Whether a certificate that the other side presents is one we trust. */
import { X509Certificate } from 'node:crypto';
import { isInForce } from './identity.ts';

/**
 * Is it one of the anchors or made by one of them, and in force? Intermediate authorities are not followed: the anchor
 * of a device is its own certificate or the authority right above it.
 * @param anchors PEM
 */
export function isVouchedFor(certificate: X509Certificate, anchors: readonly string[], now = Date.now()): boolean {
  return isInForce(certificate, now) && anchors.some((anchor) => vouches(new X509Certificate(anchor), certificate));
}

function vouches(anchor: X509Certificate, certificate: X509Certificate): boolean {
  if (anchor.fingerprint256 === certificate.fingerprint256) return true;
  return anchor.ca && certificate.checkIssued(anchor) && certificate.verify(anchor.publicKey);
}
