/** The way out: the one place where connections to devices are opened. */
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Destination } from './requester-settings.ts';

/** Opens a connection; `connected` is called when an association may be requested on it. */
export function connect({ host, port, tls }: Destination, connected: () => void): Socket {
  if (tls === undefined) return connectPlain({ host, port, noDelay: true, keepAlive: true }, connected);
  return connectTls({ ...tls, host, port }, connected)
    .setNoDelay(true)
    .setKeepAlive(true);
}
