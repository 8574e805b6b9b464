/** The way out: the one place where connections to devices are opened. */
import { connect as connectPlain, type Socket } from 'node:net';
import type { Destination } from './requester-settings.ts';

/** Opens a connection; `connected` is called when an association may be requested on it. */
export function connect({ host, port }: Destination, connected: () => void): Socket {
  return connectPlain({ host, port, noDelay: true, keepAlive: true }, connected);
}
