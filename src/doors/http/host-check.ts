/**
 * Answers only to names that are ours. A page of another site can make its own name point to our address (DNS
 * rebinding) and would then be of one origin with us; its name in the Host header gives it away.
 */
import { BlockList, isIP } from 'node:net';
import { hostname } from 'node:os';
import type { RequestHandler } from 'express';
import { ArchiveError } from '../../errors.ts';

const PRIVATE = new BlockList();
PRIVATE.addSubnet('127.0.0.0', 8);
PRIVATE.addSubnet('10.0.0.0', 8);
PRIVATE.addSubnet('172.16.0.0', 12);
PRIVATE.addSubnet('192.168.0.0', 16);
PRIVATE.addSubnet('169.254.0.0', 16);
PRIVATE.addSubnet('100.64.0.0', 10);
PRIVATE.addSubnet('::1', 128, 'ipv6');
PRIVATE.addSubnet('fc00::', 7, 'ipv6');
PRIVATE.addSubnet('fe80::', 10, 'ipv6');

/** @param allowedHosts names of config.json beside the computer's own */
export function hostCheck(allowedHosts: readonly string[]): RequestHandler {
  const own = hostname().toLowerCase();
  const names = new Set(['localhost', own, `${own}.local`, ...allowedHosts.map((name) => name.toLowerCase())]);
  return (request, _response, next) => {
    const host = hostOf(request.headers.host ?? '');
    if (names.has(host) || isOurAddress(host, plainAddress(request.socket.localAddress))) next();
    else next(new ArchiveError('HOST_REFUSED', host.slice(0, 253)));
  };
}

/** The IPv4 address behind `::ffff:192.168.0.7`; other addresses unchanged. */
export function plainAddress(address = ''): string {
  return address.startsWith('::ffff:') ? address.slice(7) : address;
}

/** The name of a Host header without port, brackets and the dot of an absolute name, in lower case. */
function hostOf(header: string): string {
  const [, bracketed, name = ''] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d+)?$/.exec(header.toLowerCase()) ?? [];
  return bracketed ?? name.replace(/\.$/, '');
}

/** An address cannot be made to point elsewhere: any private one is fine, a public one only if it is this computer's. */
function isOurAddress(host: string, localAddress: string): boolean {
  const version = isIP(host);
  if (version === 0) return false;
  return host === localAddress || PRIVATE.check(host, version === 6 ? 'ipv6' : 'ipv4');
}
