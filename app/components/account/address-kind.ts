/** What can be said of where an address is without asking anybody: of one on the internet, nothing. */
export type AddressKind = 'server' | 'local' | 'public';

/** RFC 1918, and link-local addresses (RFC 3927, RFC 4291); unique local ones of IPv6 (RFC 4193). */
const LOCAL = [
  /^10\./,
  /^192\.168\./,
  /^172\.(?:1[6-9]|2\d|3[01])\./,
  /^169\.254\./,
  /^f[cd][\da-f]{2}:/i,
  /^fe[89ab][\da-f]:/i,
];
const LOOPBACK = [/^127\./, /^::1$/];

/** @param address IPv4 or IPv6, as text */
export function kindOfAddress(address: string): AddressKind {
  const isOneOf = (patterns: readonly RegExp[]) => patterns.some((pattern) => pattern.test(address));
  if (isOneOf(LOOPBACK)) return 'server';
  return isOneOf(LOCAL) ? 'local' : 'public';
}
