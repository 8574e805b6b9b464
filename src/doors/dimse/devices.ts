/** Who calls: approved devices by AE title and address, and which addresses belong to a private network. */
import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import type { Device } from './services.ts';

const PRIVATE = new BlockList();
for (const [network, prefix] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
] as const) {
  PRIVATE.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  ['::1', 128],
  ['fe80::', 10],
  ['fc00::', 7],
] as const) {
  PRIVATE.addSubnet(network, prefix, 'ipv6');
}

/** A socket's remote address without IPv4-in-IPv6 prefix and zone: '::ffff:10.0.0.5' → '10.0.0.5', 'fe80::1%eth0' → 'fe80::1'. */
export function plainAddress(remoteAddress: string | undefined): string {
  const address = (remoteAddress ?? '').replace(/%.*$/, '');
  return address.startsWith('::ffff:') && isIP(address.slice(7)) === 4 ? address.slice(7) : address;
}

/** RFC 1918 and RFC 4193, loopback, link-local. */
export function isPrivateAddress(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && PRIVATE.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

/** Approved devices; host names are looked up once each, in the background. */
export class DeviceDirectory {
  readonly #devices: () => readonly Device[];
  readonly #resolved = new Map<string, ReadonlySet<string>>();

  /** @param devices gives the present list: a device that is added counts for the next association. */
  constructor(devices: () => readonly Device[]) {
    this.#devices = devices;
  }

  /** Looks up every host name; returns those that could not be resolved. They are tried again by the next call. */
  async resolveHostNames(): Promise<string[]> {
    const names = new Set(this.#devices().map((device) => device.host));
    const pending = [...names].filter((name) => name !== 'any' && isIP(name) === 0 && !this.#resolved.has(name));
    const failed: string[] = [];
    for (const name of pending) {
      try {
        const addresses = await lookup(name, { all: true });
        this.#resolved.set(name, new Set(addresses.map((found) => plainAddress(found.address))));
      } catch {
        failed.push(name);
      }
    }
    return failed;
  }

  /** The approved device with this calling AE title at this address (see plainAddress). */
  find(callingAe: string, address: string): Device | undefined {
    const matching = this.#devices().filter((device) => device.aeTitle === callingAe);
    return matching.find((device) => this.#isAt(device, address)) ?? matching.find((device) => device.host === 'any');
  }

  /** May an approved device call from this address? */
  mayCallFrom(address: string): boolean {
    return this.#devices().some((device) => device.host === 'any' || this.#isAt(device, address));
  }

  #isAt(device: Device, address: string): boolean {
    return plainAddress(device.host) === address || this.#resolved.get(device.host)?.has(address) === true;
  }
}
