import { isIPv4, isIPv6 } from 'node:net';

/** `::ffff:192.0.2.1`, as a socket for both families names an IPv4 address, is `192.0.2.1`. */
export function withoutMapping(address: string): string {
  const plain = address.replace(/^::ffff:/i, '');
  return isIPv4(plain) ? plain : address;
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
