/** Who is asking, as far as the connection and the browser's own headers can tell. Pure. */
import { isLoopbackAddress } from '@/lib/util/node/network';

/** Set by our HTTP server on every request, whatever the client sent under these names. */
export const ADDRESS_HEADER = 'x-enxame-address';
/** `1` when the request came through a proxy. */
export const FORWARDED_HEADER = 'x-enxame-forwarded';

export interface Visit {
  /** Address of the connection, or what a proxy on this machine says it is. Null: not known. */
  address: string | null;
  /** The `Host` header. */
  host: string | null;
  forwarded: boolean;
  /** What the browser says it is. Absent or null: it does not say. */
  userAgent?: string | null;
}

/** Browsers send half of it at most. */
const MAX_USER_AGENT_CHARS = 500;

export function readVisit(headers: Headers): Visit {
  return {
    address: headers.get(ADDRESS_HEADER),
    host: headers.get('host'),
    forwarded: headers.get(FORWARDED_HEADER) === '1',
    userAgent: headers.get('user-agent')?.slice(0, MAX_USER_AGENT_CHARS) ?? null,
  };
}

/** @param host a host name or address, with or without a port */
export function isLoopbackHost(host: string): boolean {
  // A bare IPv6 address has colons of its own.
  const name = host.match(/^\[(.+)\](?::\d+)?$/)?.[1] ?? host.match(/^([^:]+):\d+$/)?.[1] ?? host;
  return name === 'localhost' || isLoopbackAddress(name);
}

/**
 * Whether making the first account takes the token from the console: always, unless the server listens on loopback alone
 * and the request came straight from this machine under a loopback name. (The name matters: a page of a stranger whose name
 * resolves to 127.0.0.1 reaches the server from this machine, too.)
 */
export function needsSetupToken(config: { host: string; publicUrl: string | null }, visit: Visit): boolean {
  const serverIsPrivate =
    isLoopbackHost(config.host) && (config.publicUrl === null || isLoopbackHost(new URL(config.publicUrl).host));
  const visitIsPrivate =
    !visit.forwarded &&
    visit.address !== null &&
    isLoopbackAddress(visit.address) &&
    visit.host !== null &&
    isLoopbackHost(visit.host);
  return !(serverIsPrivate && visitIsPrivate);
}

/**
 * Whether a request that changes something comes from our own pages, or from something that is no browser.
 * Browsers name the page's origin in `Origin` with every such request, and pages cannot forge it. Only hosts are compared,
 * because a proxy may have ended TLS before us.
 */
export function isSameOrigin(headers: Headers, publicUrl: string | null): boolean {
  const origin = headers.get('origin');
  if (origin === null) {
    const site = headers.get('sec-fetch-site');
    return site === null || site === 'same-origin' || site === 'none';
  }
  if (!URL.canParse(origin)) return false;
  return origin === publicUrl || new URL(origin).host === headers.get('host');
}

/**
 * The value of a cookie in a request's `cookie` header, as it was sent: not decoded. Where a header names it more than once, the first counts.
 * @returns null where there is none
 */
export function readCookie(header: string | null, name: string): string | null {
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return null;
}
