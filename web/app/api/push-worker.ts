/**
 * One event connection for all tabs: over HTTP/1.1 a browser opens six connections to a server, and an open stream in
 * every tab would leave none for images. Lives as long as a tab of the app is open.
 */
import { openPush, type PushConnection, type PushMessage } from './push-connection.ts';

const ports = new Set<MessagePort>();
let connection: PushConnection | undefined;
let last: PushMessage | undefined;

function tellAll(message: PushMessage): void {
  if (message.kind === 'open' || message.kind === 'closed') last = message;
  for (const port of ports) port.postMessage(message);
}

function leave(port: MessagePort): void {
  ports.delete(port);
  if (ports.size > 0) return;
  connection?.stop();
  connection = undefined;
  last = undefined;
}

/** 'start' joins (and reconnects at once, as after a login), 'stop' leaves. */
function obey(port: MessagePort, url: string, order: unknown): void {
  if (order === 'stop') {
    leave(port);
    return;
  }
  ports.add(port);
  if (last?.kind === 'open') {
    port.postMessage(last);
    return;
  }
  connection?.stop();
  connection = openPush(url, tellAll);
}

self.addEventListener('connect', (event) => {
  const port = (event as MessageEvent).ports[0];
  if (port === undefined) return;
  port.onmessage = (message) => obey(port, new URL('/api/events', self.location.href).href, message.data);
});
