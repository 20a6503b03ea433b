import { isIPv4, isIPv6 } from 'node:net';

/** Where a peer is on the network, for nearness only: both are compared as text. */
export interface Place {
  /** Public address as the server sees it. */
  address: string;
  /** Its /24 (IPv4) or /64 (IPv6): about one site of one provider. */
  network: string;
}

/**
 * The address a request comes from. Behind a reverse proxy on this machine it is what that proxy added last to
 * `x-forwarded-for`; anybody else's header is not believed.
 */
export function clientAddress(remote: string | undefined, forwardedFor: string | string[] | undefined): string {
  const direct = withoutMapping(remote ?? '');
  if (direct !== '::1' && !direct.startsWith('127.')) return direct;
  const header = Array.isArray(forwardedFor) ? forwardedFor.at(-1) : forwardedFor;
  const last = withoutMapping(header?.split(',').at(-1)?.trim() ?? '');
  return isIPv4(last) || isIPv6(last) ? last : direct;
}

export function placeOf(address: string): Place {
  if (isIPv4(address)) return { address, network: `${address.slice(0, address.lastIndexOf('.'))}.0/24` };
  if (isIPv6(address)) return { address, network: `${groups(address).slice(0, 4).join(':')}::/64` };
  return { address, network: address };
}

/** `::ffff:192.0.2.1`, as a socket for both families names an IPv4 address, is `192.0.2.1`. */
export function withoutMapping(address: string): string {
  const plain = address.replace(/^::ffff:/i, '');
  return isIPv4(plain) ? plain : address;
}

/** The eight groups of an IPv6 address, without leading zeros and without its zone. */
function groups(address: string): string[] {
  const [head = '', tail] = (address.split('%')[0] ?? '').toLowerCase().split('::');
  const parts = (text: string | undefined) => (text === undefined || text === '' ? [] : text.split(':'));
  const left = parts(head);
  const right = parts(tail);
  const zeros =
    tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  return [...left, ...zeros, ...right].map((group) => group.replace(/^0+(?=.)/, ''));
}
