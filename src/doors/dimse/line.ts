/** The connection below an association: from where it comes, to which port, and what its encryption says of the peer. */
import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { AttemptTls } from '../../attempts/attempt.ts';

export interface Line {
  /** See plainAddress. */
  readonly address: string;
  readonly port: 'plain' | 'tls';
  /** Null: not encrypted. */
  readonly tls: TlsLine | null;
}

export interface TlsLine {
  /** 'TLSv1.3' */
  readonly version: string;
  /** The Standard's name of the cipher suite (RFC 8446, RFC 5289). */
  readonly cipher: string;
  /** Of the peer, which has proved that the private key is its own; nobody has vouched for it yet. */
  readonly certificate: X509Certificate | null;
}

export function tlsLineOf(socket: TLSSocket): TlsLine {
  return {
    version: socket.getProtocol() ?? '',
    cipher: socket.getCipher().standardName,
    certificate: socket.getPeerX509Certificate() ?? null,
  };
}

const LONGEST_SUBJECT = 200;
const LONGEST_PEM = 4000;

/** @param trusted null: not asked, since no request came */
export function attemptTlsOf({ version, cipher, certificate }: TlsLine, trusted: boolean | null): AttemptTls {
  if (certificate === null) return { version, cipher, certificate };
  const subject = (certificate.subject ?? '').replaceAll('\n', ', ').slice(0, LONGEST_SUBJECT);
  const text = certificate.toString();
  const pem = text.length > LONGEST_PEM ? '' : text;
  return { version, cipher, certificate: { subject, fingerprint: certificate.fingerprint256, pem, trusted } };
}
