import { isIPv4, isIPv6 } from 'node:net';

/** `::ffff:192.0.2.1`, as a socket for both families names an IPv4 address, is `192.0.2.1`. */
export function withoutMapping(address: string): string {
  const plain = address.replace(/^::ffff:/i, '');
  return isIPv4(plain) ? plain : address;
}

export function isLoopbackAddress(address: string): boolean {
  const plain = withoutMapping(address);
  return plain === '::1' || (isIPv4(plain) && plain.startsWith('127.'));
}

/**
 * The address a request comes from. Behind a reverse proxy on this machine it is what that proxy added last to `x-forwarded-for`: what stands
 * before it there, and anybody else's header, is the client's word and not believed.
 * @param remote the connection's other end
 * @returns '' when that is not known
 */
export function clientAddress(remote: string | undefined, forwardedFor: string | string[] | undefined): string {
  const direct = withoutMapping(remote ?? '');
  if (!isLoopbackAddress(direct)) return direct;
  const header = Array.isArray(forwardedFor) ? forwardedFor.at(-1) : forwardedFor;
  const last = withoutMapping(header?.split(',').at(-1)?.trim() ?? '');
  return isIPv4(last) || isIPv6(last) ? last : direct;
}

/** The /64 of an IPv6 address, in one spelling. */
export function ipv6Network(address: string): string {
  return `${groups(address).slice(0, 4).join(':')}::/64`;
}

/**
 * What a limit for an address counts by: an IPv4 address itself, and of an IPv6 address its /64, within which one customer of a provider
 * chooses freely (RFC 6177). Anything else is taken as it is.
 */
export function addressKey(address: string): string {
  const plain = withoutMapping(address);
  return isIPv6(plain) ? ipv6Network(plain) : plain;
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
