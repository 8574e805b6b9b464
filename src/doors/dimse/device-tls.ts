/** TLS towards a device that we call: with which options, whom we take it for, and in plain words what went wrong. */
import type { ConnectionOptions } from 'node:tls';
import { TLS_PROFILE } from '../../certificates/tls-profile.ts';
import type { Device } from './services.ts';
import { reasonOf, type TlsCertificates } from './tls-handshakes.ts';

/**
 * Options for `tls.connect`; undefined: the device is called without TLS. A device has to present the certificate that
 * is registered for it, or one of the authority that is; its address is not looked for in that one, since the
 * certificates of devices rarely hold it. Without a registered one, our authority has to have made it for its address.
 */
export function deviceTls(
  { tls, certificate }: Pick<Device, 'tls' | 'certificate'>,
  { authority, shown }: Pick<TlsCertificates, 'authority' | 'shown'>,
): ConnectionOptions | undefined {
  if (tls === undefined) return undefined;
  if (certificate === undefined) return { ...TLS_PROFILE, ...shown, ca: authority };
  const registered = { ca: certificate, allowPartialTrustChain: true, checkServerIdentity: () => undefined };
  return { ...TLS_PROFILE, ...shown, ...registered };
}

type Sentence = readonly [ko: string, en: string];

const NOT_REGISTERED: Sentence = [
  '장비의 인증서가 등록된 것이 아닙니다. 장비 설정의 certificate에 그 장비의 인증서를 등록해 주세요.',
  'The certificate of the device is not the one registered. Register it as “certificate” of the device.',
];
const NOT_TRUSTED: Sentence = [
  '장비가 우리 인증서를 믿지 않습니다. 장비에 우리 인증 기관(CA) 인증서를 설치해 주세요.',
  'The device does not trust our certificate. Install the certificate of our authority (CA) on it.',
];
const NO_TLS: Sentence = [
  '장비의 이 포트는 암호화(TLS)를 쓰지 않습니다. 포트를 확인하거나 장비에서 TLS를 켜 주세요.',
  'This port of the device does not speak TLS. Check the port, or turn TLS on on the device.',
];
const TOO_OLD: Sentence = [
  '장비와 TLS 버전이나 암호 방식이 맞지 않습니다. 장비에서 TLS 1.2 이상을 켜 주세요.',
  'Versions or cipher suites of TLS do not fit. Let the device use TLS 1.2 or newer.',
];
const EXPIRED: Sentence = [
  '장비의 인증서가 기한이 지났거나 아직 유효하지 않습니다. 장비의 인증서와 시계를 확인해 주세요.',
  'The certificate of the device has expired or is not valid yet. Check its certificate and its clock.',
];
const WRONG_ADDRESS: Sentence = [
  '장비의 인증서가 이 주소의 것이 아닙니다. 장비 설정의 certificate에 그 장비의 인증서를 등록해 주세요.',
  'The certificate of the device is not for its address. Register it as “certificate” of the device.',
];

const SENTENCES: Readonly<Record<string, Sentence>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: NOT_REGISTERED,
  SELF_SIGNED_CERT_IN_CHAIN: NOT_REGISTERED,
  UNABLE_TO_GET_ISSUER_CERT: NOT_REGISTERED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: NOT_REGISTERED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: NOT_REGISTERED,
  CERT_SIGNATURE_FAILURE: NOT_REGISTERED,
  CERT_HAS_EXPIRED: EXPIRED,
  CERT_NOT_YET_VALID: EXPIRED,
  ERR_TLS_CERT_ALTNAME_INVALID: WRONG_ADDRESS,
  ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NO_TLS,
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: NOT_TRUSTED,
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: NOT_TRUSTED,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: NOT_TRUSTED,
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: NOT_TRUSTED,
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: TOO_OLD,
  ERR_SSL_UNSUPPORTED_PROTOCOL: TOO_OLD,
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: TOO_OLD,
  ERR_SSL_NO_SHARED_CIPHER: TOO_OLD,
};

/** What a connection error means, 'Korean / English' where it has to do with TLS, else the system's own words. */
export function connectionFault(error: NodeJS.ErrnoException): string {
  const sentence = SENTENCES[error.code ?? ''];
  return sentence === undefined ? reasonOf(error) : sentence.join(' / ');
}
