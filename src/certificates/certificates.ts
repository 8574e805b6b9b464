/**
 * The appliance's own certificates: an authority that it makes at its first start and that staff install once on PCs
 * and devices, and server certificates under it (ECDSA, and RSA for devices that know nothing else), renewed in good time and whenever this computer gets another name or
 * address. Whoever uses the server certificate hears of a new one; nothing has to be started again.
 */
import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { asArchiveError } from '../errors.ts';
import type { Log } from '../log.ts';
import { type Identity, isInForce } from './identity.ts';
import { type Found, IdentityFiles } from './identity-files.ts';
import type { Issued } from './issue.ts';
import { issueInThread } from './issuing.ts';
import { type Names, namesOfThisComputer } from './names.ts';

export interface CertificatesSettings {
  readonly dataDir: string;
  readonly clinic: string;
  /** Host names beside the computer's own. */
  readonly hostNames: readonly string[];
  readonly log: Log;
  /** For tests: the clock, and the computer's names. */
  readonly now?: () => number;
  readonly names?: () => Names;
}

/** What start-up should say aloud. */
export interface Note {
  readonly ko: string;
  readonly en: string;
}

const CHECK_MS = 60_000;
const RENEW_MS = 60 * 86_400_000;
const AUTHORITY = 'authority.pem';
/** The authority cannot be made again: whoever has installed it would have to install another. */
const AUTHORITY_COPY = 'authority.copy.pem';
const SERVER = 'server.pem';
const RSA_SERVER = 'server-rsa.pem';

export class Certificates {
  readonly #settings: CertificatesSettings;
  readonly #files: IdentityFiles;
  readonly #listeners = new Set<() => void>();
  readonly #notes: Note[] = [];
  #authority!: Identity;
  #server!: Identity;
  #rsaServer!: Identity;
  /** Names that the authority may not vouch for. */
  #leftOut: ReadonlySet<string> = new Set();
  #timer: NodeJS.Timeout | undefined;
  #checking: Promise<void> = Promise.resolve();

  private constructor(settings: CertificatesSettings) {
    this.#settings = settings;
    this.#files = new IdentityFiles(settings.dataDir);
  }

  /**
   * Reads the certificates of the data folder and makes what is missing, damaged or about to expire.
   * @throws ArchiveError START_REFUSED when the folder cannot be used
   */
  static async open(settings: CertificatesSettings): Promise<Certificates> {
    const certificates = new Certificates(settings);
    await certificates.#start();
    certificates.#timer = setInterval(() => void certificates.check(), CHECK_MS).unref();
    return certificates;
  }

  /** What PCs and devices have to trust. PEM. */
  get authority(): string {
    return this.#authority.certificate;
  }

  get server(): Identity {
    return this.#server;
  }

  /** What TLS shows: whoever connects gets the one whose key it knows (PS3.15 section B.12, RFC 9325 section 4.2). */
  get shown(): { cert: string[]; key: string[] } {
    const both = [this.#server, this.#rsaServer];
    return { cert: both.map(({ certificate }) => certificate), key: both.map(({ key }) => key) };
  }

  /** What happened at the start that staff has to know. */
  get notes(): readonly Note[] {
    return this.#notes;
  }

  /** @param listener hears of every new server certificate */
  onRenewal(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** Renews the server certificate if it is time; the clock does so every minute. Never rejects. */
  check(): Promise<void> {
    this.#checking = this.#checking.then(async () => {
      try {
        if (![this.#server, this.#rsaServer].every((one) => this.#serves(one)))
          await this.#take(await this.#issue(this.#authority));
      } catch (error) {
        this.#settings.log.error({ err: error }, 'the server certificate cannot be renewed; tried again every minute');
      }
    });
    return this.#checking;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#checking;
  }

  async #start(): Promise<void> {
    const authority = await this.#findAuthority();
    const [server, rsaServer] = [await this.#files.read(SERVER), await this.#files.read(RSA_SERVER)];
    if (server === 'damaged' || rsaServer === 'damaged')
      this.#settings.log.warn('the file of a server certificate is damaged: new ones are made');
    if (authority !== null && this.#isGood(server, authority) && this.#isGood(rsaServer, authority)) {
      this.#authority = authority;
      this.#server = server;
      this.#rsaServer = rsaServer;
      return;
    }
    const issued = await this.#issue(authority);
    this.#authority = issued.authority;
    if (authority === null) await this.#keep(AUTHORITY, issued.authority);
    if (authority === null) await this.#keep(AUTHORITY_COPY, issued.authority);
    await this.#take(issued);
  }

  /** Null: there has never been one, or it is lost. */
  async #findAuthority(): Promise<Identity | null> {
    const [first, copy] = [await this.#files.read(AUTHORITY), await this.#files.read(AUTHORITY_COPY)];
    const found = [first, copy].find((one) => typeof one === 'object' && this.#isAuthority(one)) as
      | Identity
      | undefined;
    if (found !== undefined) {
      if (first !== found) await this.#keep(AUTHORITY, found);
      if (first === found && typeof copy === 'string') await this.#keep(AUTHORITY_COPY, found);
      return found;
    }
    if (first === 'missing' && copy === 'missing') return null;
    this.#settings.log.error('the certificate authority is damaged or has expired: a new one is made');
    this.#notes.push(NEW_AUTHORITY);
    for (const name of [AUTHORITY, AUTHORITY_COPY]) await this.#files.setAside(name).catch(() => undefined);
    return null;
  }

  #isGood(found: Found, authority: Identity): found is Identity {
    return typeof found === 'object' && this.#serves(found, authority);
  }

  #isAuthority({ certificate }: Identity): boolean {
    const { ca, validToDate } = new X509Certificate(certificate);
    return ca && this.#now < validToDate.getTime();
  }

  /** Is this server certificate of the authority's making, in force for a while yet, and does it hold every name? */
  #serves({ certificate }: Identity, authority = this.#authority): boolean {
    const server = new X509Certificate(certificate);
    if (!server.verify(new X509Certificate(authority.certificate).publicKey)) return false;
    if (!isInForce(server, this.#now) || !isInForce(server, this.#now + RENEW_MS)) return false;
    const { hosts, addresses } = this.#names;
    const named = (name: string) => this.#leftOut.has(name) || hasName(server, name);
    return [...hosts, ...addresses].every(named);
  }

  get #now(): number {
    return (this.#settings.now ?? Date.now)();
  }

  get #names(): Names {
    return this.#settings.names?.() ?? namesOfThisComputer(this.#settings.hostNames);
  }

  #issue(authority: Identity | null): Promise<Issued> {
    const { clinic } = this.#settings;
    return issueInThread({ authority, clinic, names: this.#names, now: this.#now });
  }

  async #take({ server, rsaServer, leftOut }: Issued): Promise<void> {
    const { log } = this.#settings;
    if (leftOut.length > 0) log.warn({ names: leftOut }, 'names that the certificate authority may not vouch for');
    this.#leftOut = new Set(leftOut);
    this.#server = server;
    this.#rsaServer = rsaServer;
    await this.#keep(SERVER, server);
    await this.#keep(RSA_SERVER, rsaServer);
    log.info({ validTo: new X509Certificate(server.certificate).validTo }, 'new server certificates');
    for (const listener of this.#listeners) listener();
  }

  /** A full disk must not keep the archive from being read: then the certificate lasts until the next start. */
  async #keep(name: string, identity: Identity): Promise<void> {
    try {
      await this.#files.write(name, identity);
    } catch (error) {
      if (asArchiveError(error).code !== 'STORAGE_FULL') throw error;
      this.#settings.log.error({ file: name }, 'no room to keep a certificate: it is made again at the next start');
    }
  }
}

const NEW_AUTHORITY: Note = {
  ko: '인증 기관(CA) 파일이 손상되었거나 기한이 지나 새로 만들었습니다. 각 PC와 장비에 새 인증서를 설치해 주세요.',
  en: 'The certificate authority (CA) was damaged or had expired: a new one was made. Please install its certificate on every PC and device.',
};

function hasName(certificate: X509Certificate, name: string): boolean {
  return (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) !== undefined;
}
