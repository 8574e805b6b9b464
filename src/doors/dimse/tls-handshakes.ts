/** The TLS half of the TLS port: handshakes with the present server certificates, one for each connection. */
import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { Certificates } from '../../certificates/certificates.ts';
import { TLS_PROFILE } from '../../certificates/tls-profile.ts';

export type TlsCertificates = Pick<Certificates, 'authority' | 'shown' | 'onRenewal'>;

export interface HandshakeEnd {
  done(socket: TLSSocket): void;
  failed(why: string): void;
}

export class TlsHandshakes {
  readonly #server: Server;
  readonly #underWay = new Map<string, HandshakeEnd>();

  /** @param asks whether peers are asked for a certificate. None is refused here: the association is, in plain words. */
  constructor(certificates: TlsCertificates, asks: boolean) {
    this.#server = createServer({ ...contextOf(certificates), requestCert: asks, rejectUnauthorized: false });
    this.#server.on('secureConnection', (socket) => {
      const end = this.#take(socket);
      if (end === undefined) socket.destroy();
      else end.done(socket);
    });
    this.#server.on('tlsClientError', (error, socket) => this.#take(socket)?.failed(reasonOf(error)));
    certificates.onRenewal(() => this.#server.setSecureContext(contextOf(certificates)));
  }

  /** Goes on with a connection whose first bytes, given back by `unshift`, begin a handshake. At most one end is told. */
  begin(socket: Socket, end: HandshakeEnd): void {
    const key = keyOf(socket);
    this.#underWay.set(key, end);
    socket.once('close', () => this.#underWay.delete(key));
    this.#server.emit('connection', socket);
  }

  #take(socket: Socket): HandshakeEnd | undefined {
    const key = keyOf(socket);
    const end = this.#underWay.get(key);
    this.#underWay.delete(key);
    return end;
  }
}

function contextOf({ shown }: TlsCertificates) {
  return { ...shown, ...TLS_PROFILE };
}

/** Address and port of the peer belong to one connection at a time. */
function keyOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

/** OpenSSL's reason, e.g. 'unsupported protocol', without its address in the source code. */
export function reasonOf(error: Error & { reason?: string }): string {
  return error.reason ?? error.message;
}
