import { lookup as resolve } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/**
 * Addresses that a provider's media can't live at: this machine, its networks, the cloud's metadata. A
 * download address comes from outside, and must not make Zajel fetch what only Zajel can reach.
 */
const inside = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  inside.addSubnet(net, prefix, 'ipv4');
}
for (const [net, prefix] of [
  // Translated IPv4 (NAT64, 6to4) is refused whole: it can spell any of the above.
  ['::', 96],
  ['64:ff9b::', 96],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
  ['2001:db8::', 32],
] as const) {
  inside.addSubnet(net, prefix, 'ipv6');
}

/** IPv4 inside IPv6 (`::ffff:10.0.0.1`) is checked as the IPv4 address it is. */
export const isPrivateAddress = (address: string): boolean => {
  const family = isIP(address);
  return family === 0 || inside.check(address, family === 4 ? 'ipv4' : 'ipv6');
};

/** False for what is a private address at first sight; where a name leads is seen when it is connected to. */
export function leadsOutside({ hostname }: URL): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  return !isLoopbackHost(host) && (isIP(host) === 0 || !isPrivateAddress(host));
}

/**
 * For a request to an address that came from outside: it must not make Zajel knock at what only Zajel can reach.
 *
 * @throws PrivateAddressError for a bare private address, which never passes through the lookup that guards the names.
 */
export function publicOnly(url: URL): { readonly lookup: LookupFunction } {
  if (!leadsOutside(url)) throw new PrivateAddressError('a private address');
  return { lookup: publicLookup };
}

export const isLoopbackHost = (hostname: string): boolean => {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return bare === 'localhost' || bare === '::1' || /^127\.\d+\.\d+\.\d+$/.test(bare);
};

export class PrivateAddressError extends Error {
  override readonly name = 'PrivateAddressError';
  readonly code = 'PRIVATE_ADDRESS';
}

/**
 * Resolves a name for the connection itself, and refuses it when any of its addresses is private. Checking
 * before connecting would leave a gap in which the name could change its mind.
 */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) {
      callback(error, []); // the addresses are absent then
      return;
    }
    const first = addresses[0];
    if (first === undefined || addresses.some(({ address }) => isPrivateAddress(address))) {
      callback(new PrivateAddressError('the name leads to a private address'), []);
    } else if (options.all === true) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};
