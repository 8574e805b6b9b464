/** What the certificate that a TLS peer presents, or its absence, means for its association. */
import { isVouchedFor } from '../../certificates/trust.ts';
import type { Config } from '../../config/settings.ts';
import type { TlsLine } from './line.ts';
import type { Device } from './services.ts';

export interface CertificateJudgement {
  /** It is the device's own, or made by the device's or by our authority; null: there is none. */
  readonly trusted: boolean | null;
  /** Neither it nor its absence is a reason to refuse the peer. */
  readonly fits: boolean;
}

/**
 * Where a certificate is registered for a device, another one is never taken for it.
 * @param authority our own, in PEM
 */
export function judgeCertificate(
  tls: TlsLine | null,
  device: Device | undefined,
  asked: Config['dicom']['tlsClientCertificates'],
  authority: string,
): CertificateJudgement {
  if (tls === null || asked === 'none') return { trusted: null, fits: true };
  if (tls.certificate === null) return { trusted: null, fits: asked === 'optional' };
  const anchors = device?.certificate === undefined ? [authority] : [device.certificate];
  const trusted = isVouchedFor(tls.certificate, anchors);
  return { trusted, fits: trusted || (asked === 'optional' && device?.certificate === undefined) };
}
