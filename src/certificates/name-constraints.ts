/** Whom an authority may vouch for (RFC 5280 section 4.2.1.10): private networks, names of a LAN, this computer. */
import { BlockList, isIP } from 'node:net';
import { GeneralName, GeneralSubtree, GeneralSubtrees, NameConstraints } from '@peculiar/asn1-x509';
import type { Names } from './names.ts';

const NETWORKS = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '100.64.0.0/10',
  '::1/128',
  'fc00::/7',
  'fe80::/10',
];
/** Domains that do not exist on the internet. */
const DOMAINS = ['localhost', 'local', 'lan', 'home', 'internal', 'home.arpa'];

export function constraintsFor({ hosts, addresses }: Names): NameConstraints {
  const own = addresses.map((address) => `${address}/${isIP(address) === 4 ? 32 : 128}`);
  const bases = [
    ...[...new Set([...DOMAINS, ...hosts])].map((dNSName) => new GeneralName({ dNSName })),
    ...[...NETWORKS, ...own].map((iPAddress) => new GeneralName({ iPAddress })),
  ];
  const permittedSubtrees = new GeneralSubtrees(bases.map((base) => new GeneralSubtree({ base })));
  return new NameConstraints({ permittedSubtrees });
}

/** @param name a host name in lower case, or an address */
export function permits({ permittedSubtrees }: NameConstraints, name: string): boolean {
  return (permittedSubtrees ?? []).some(({ base: { dNSName, iPAddress } }) =>
    isIP(name) === 0 ? isUnder(name, dNSName) : isInNetwork(name, iPAddress),
  );
}

function isUnder(name: string, domain: string | undefined): boolean {
  return domain !== undefined && (name === domain || name.endsWith(`.${domain}`));
}

function isInNetwork(address: string, network: string | undefined): boolean {
  const [base = '', prefix = ''] = network?.split('/') ?? [];
  if (isIP(base) === 0 || isIP(base) !== isIP(address)) return false;
  const family = isIP(base) === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(base, Number(prefix), family);
  return list.check(address, family);
}
