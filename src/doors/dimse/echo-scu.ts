/** Verification as SCU: does a device answer? The library is loaded on first use, since it costs memory and start-up time. */
import type { Device } from './services.ts';

export type EchoResult =
  | { kind: 'answered'; milliseconds: number }
  | { kind: 'refused'; detail: string }
  | { kind: 'unreachable'; detail: string };

/**
 * Sends C-ECHO to a device (PS3.4 Annex A). Never throws: what went wrong is the outcome.
 * @param callingAe our own AE title
 */
export async function echo(device: Pick<Device, 'aeTitle' | 'host' | 'port'>, callingAe: string): Promise<EchoResult> {
  const { host, port, aeTitle } = device;
  if (host === 'any' || port === null) return unreachable('the device has no address or no port');
  const library = await loadLibrary();
  const client = new library.Client();
  const request = new library.requests.CEchoRequest();
  const began = performance.now();
  const { promise, resolve } = Promise.withResolvers<EchoResult>();
  request.on('response', (response: { getStatus(): number | undefined }) => {
    const milliseconds = Math.round(performance.now() - began);
    const status = response.getStatus() ?? 0;
    resolve(status === 0 ? { kind: 'answered', milliseconds } : refused(`status ${status.toString(16)}H`));
  });
  client.on('associationRejected', () => resolve(refused('the device rejects the association')));
  client.on('networkError', (error: Error) => resolve(unreachable(error.message)));
  client.on('closed', () => resolve(refused('the device closes the connection')));
  client.addRequest(request);
  client.send(host, port, callingAe, aeTitle, PATIENCE);
  return promise;
}

/** Milliseconds a device may take to connect and to answer. */
const PATIENCE = { connectTimeout: 5000, associationTimeout: 5000, pduTimeout: 5000 };

/** The package is CommonJS: its names hang on the default export. */
async function loadLibrary() {
  const { default: library } = await import('dcmjs-dimse');
  library.log.setLevel('silent', false);
  return library;
}

function refused(detail: string): EchoResult {
  return { kind: 'refused', detail };
}

function unreachable(detail: string): EchoResult {
  return { kind: 'unreachable', detail };
}
