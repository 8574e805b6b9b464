/**
 * Makes certificates (RFC 5280). The authority is bound to private networks and to this computer's names, so that its
 * key, should it ever be stolen, vouches for no site on the internet.
 */
import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  type KeyPairKeyObjectResult,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import * as asn1 from '@peculiar/asn1-x509';
import type { Identity } from './identity.ts';
import { constraintsFor, permits } from './name-constraints.ts';
import type { Names } from './names.ts';

export interface Job {
  /** Null: a new one is made. */
  readonly authority: Identity | null;
  /** The clinic's name, for people who look at the authority. */
  readonly clinic: string;
  readonly names: Names;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface Issued {
  readonly authority: Identity;
  readonly server: Identity;
  /** For the same names, with an RSA key. */
  readonly rsaServer: Identity;
  /** Names that the authority may not vouch for: they came after it was made. */
  readonly leftOut: readonly string[];
}

const DAY_MS = 86_400_000;
/** Clocks of modalities are wrong more often than right. */
const BACKDATED_MS = 30 * DAY_MS;
const AUTHORITY_MS = 20 * 365 * DAY_MS;
/** Phones and tablets refuse server certificates of more than 825 days under an authority of the user’s own. */
const SERVER_MS = 397 * DAY_MS;

const ECDSA_WITH_SHA256 = new asn1.AlgorithmIdentifier({ algorithm: '1.2.840.10045.4.3.2' });

/** The authority, new unless given, and server certificates with new keys for the names. */
export function issue({ authority = null, clinic, names, now }: Job): Issued {
  const issuer = authority ?? newAuthority(clinic, names, now);
  const permitted = constraintsOf(issuer);
  const may = (name: string) => permitted === undefined || permits(permitted, name);
  const hosts = names.hosts.filter(may);
  const addresses = names.addresses.filter(may);
  const leftOut = [...names.hosts, ...names.addresses].filter((name) => !may(name));
  const [server, rsaServer] = [newKey(), newRsaKey()].map((key) => newServer(issuer, key, { hosts, addresses }, now));
  return { authority: issuer, server: server as Identity, rsaServer: rsaServer as Identity, leftOut };
}

function newAuthority(clinic: string, names: Names, now: number): Identity {
  const key = newKey();
  const name = distinguishedName(clinic, `CLINICPACS CA ${key.identifier.toString('hex').slice(0, 8)}`);
  const extensions = [
    extension(asn1.id_ce_basicConstraints, new asn1.BasicConstraints({ cA: true, pathLenConstraint: 0 }), true),
    extension(
      asn1.id_ce_keyUsage,
      new asn1.KeyUsage(asn1.KeyUsageFlags.keyCertSign | asn1.KeyUsageFlags.cRLSign),
      true,
    ),
    extension(asn1.id_ce_subjectKeyIdentifier, new asn1.SubjectKeyIdentifier(key.identifier)),
    // Not critical: what knows name constraints obeys them all the same, what does not would refuse the certificate.
    extension(asn1.id_ce_nameConstraints, constraintsFor(names)),
  ];
  const certificate = signed({
    subject: name,
    issuer: name,
    key,
    signer: key.pem,
    extensions,
    now,
    lifeMs: AUTHORITY_MS,
  });
  return { certificate, key: key.pem };
}

function newServer(authority: Identity, key: Key, { hosts, addresses }: Names, now: number): Identity {
  const issuer = asn1Of(authority).tbsCertificate;
  const alternatives = [
    ...hosts.map((dNSName) => new asn1.GeneralName({ dNSName })),
    ...addresses.map((iPAddress) => new asn1.GeneralName({ iPAddress })),
  ];
  const authorityKey = new asn1.KeyIdentifier(identifierOf(issuer.subjectPublicKeyInfo));
  const purposes = [asn1.id_kp_serverAuth, asn1.id_kp_clientAuth];
  const extensions = [
    extension(asn1.id_ce_basicConstraints, new asn1.BasicConstraints({ cA: false }), true),
    extension(asn1.id_ce_keyUsage, new asn1.KeyUsage(asn1.KeyUsageFlags.digitalSignature), true),
    extension(asn1.id_ce_extKeyUsage, new asn1.ExtendedKeyUsage(purposes)),
    extension(asn1.id_ce_subjectAltName, new asn1.SubjectAlternativeName(alternatives)),
    extension(asn1.id_ce_subjectKeyIdentifier, new asn1.SubjectKeyIdentifier(key.identifier)),
    extension(asn1.id_ce_authorityKeyIdentifier, new asn1.AuthorityKeyIdentifier({ keyIdentifier: authorityKey })),
  ];
  const subject = distinguishedName('CLINICPACS', hosts.find((name) => name !== 'localhost') ?? 'localhost');
  const signer = authority.key;
  const certificate = signed({ subject, issuer: issuer.subject, key, signer, extensions, now, lifeMs: SERVER_MS });
  return { certificate, key: key.pem };
}

interface Key {
  readonly pem: string;
  /** The public half as SubjectPublicKeyInfo. */
  readonly info: asn1.SubjectPublicKeyInfo;
  readonly identifier: Buffer;
}

function newKey(): Key {
  return keyOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }));
}

/** BCP 195 (RFC 9325 section 4.5): at least 2048 bits. */
function newRsaKey(): Key {
  return keyOf(generateKeyPairSync('rsa', { modulusLength: 2048 }));
}

function keyOf({ privateKey, publicKey }: KeyPairKeyObjectResult): Key {
  const info = AsnConvert.parse(publicKey.export({ type: 'spki', format: 'der' }), asn1.SubjectPublicKeyInfo);
  return { pem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), info, identifier: identifierOf(info) };
}

/** RFC 5280 section 4.2.1.2, method 1. */
function identifierOf({ subjectPublicKey }: asn1.SubjectPublicKeyInfo): Buffer {
  return createHash('sha1').update(new Uint8Array(subjectPublicKey)).digest();
}

function distinguishedName(organisation: string, commonName: string): asn1.Name {
  const attributes = { '2.5.4.10': organisation, '2.5.4.3': commonName };
  return new asn1.Name(
    Object.entries(attributes).map(([type, utf8String]) => {
      const value = new asn1.AttributeValue({ utf8String });
      return new asn1.RelativeDistinguishedName([new asn1.AttributeTypeAndValue({ type, value })]);
    }),
  );
}

function extension(extnID: string, value: object, critical = false): asn1.Extension {
  return new asn1.Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) });
}

function asn1Of({ certificate }: Identity): asn1.Certificate {
  return AsnConvert.parse(new X509Certificate(certificate).raw, asn1.Certificate);
}

function constraintsOf(authority: Identity): asn1.NameConstraints | undefined {
  const { extensions = [] } = asn1Of(authority).tbsCertificate;
  const found = [...extensions].find(({ extnID }) => extnID === asn1.id_ce_nameConstraints);
  return found && AsnConvert.parse(found.extnValue, asn1.NameConstraints);
}

interface Content {
  readonly subject: asn1.Name;
  readonly issuer: asn1.Name;
  readonly key: Key;
  /** The issuer's private key in PEM. */
  readonly signer: string;
  readonly extensions: asn1.Extension[];
  readonly now: number;
  readonly lifeMs: number;
}

/** In PEM. */
function signed({ subject, issuer, key, signer, extensions, now, lifeMs }: Content): string {
  const tbsCertificate = new asn1.TBSCertificate({
    version: asn1.Version.v3,
    serialNumber: serialNumber(),
    signature: ECDSA_WITH_SHA256,
    issuer,
    validity: new asn1.Validity({ notBefore: new Date(now - BACKDATED_MS), notAfter: new Date(now + lifeMs) }),
    subject,
    subjectPublicKeyInfo: key.info,
    extensions: new asn1.Extensions(extensions),
  });
  const signature = sign('sha256', new Uint8Array(AsnConvert.serialize(tbsCertificate)), createPrivateKey(signer));
  const certificate = new asn1.Certificate({
    tbsCertificate,
    signatureAlgorithm: ECDSA_WITH_SHA256,
    signatureValue: new Uint8Array(signature).buffer,
  });
  return new X509Certificate(Buffer.from(AsnConvert.serialize(certificate))).toString();
}

/** 127 random bits, positive and of full length. */
function serialNumber(): ArrayBuffer {
  const bytes = new Uint8Array(randomBytes(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.buffer;
}
