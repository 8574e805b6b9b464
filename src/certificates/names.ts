/** What this computer is called on the clinic's network: the names and addresses that its certificate has to hold. */
import { hostname, networkInterfaces } from 'node:os';

export interface Names {
  /** Lower case. */
  readonly hosts: readonly string[];
  readonly addresses: readonly string[];
}

const HOST_NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;

/**
 * Of the addresses outward only those of IPv4: systems change their IPv6 addresses daily, and nobody types them.
 * @param more host names of the settings
 */
export function namesOfThisComputer(more: readonly string[]): Names {
  const own = hostname().toLowerCase();
  const hosts = ['localhost', own, own.includes('.') ? own : `${own}.local`, ...more.map((name) => name.toLowerCase())];
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const outward = all.filter(({ internal, family }) => !internal && family === 'IPv4');
  return {
    hosts: [...new Set(hosts.filter((name) => HOST_NAME.test(name)))],
    addresses: [...new Set(['127.0.0.1', '::1', ...outward.map(({ address }) => address)])],
  };
}
