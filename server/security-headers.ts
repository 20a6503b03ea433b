import { randomBytes } from 'node:crypto';
import type { Config } from '@/lib/config/config';

type Addresses = Pick<Config, 'publicUrl' | 'signalingUrl' | 'originUrl'>;

/** A year, as browsers' preload lists ask for. */
const HSTS_S = 365 * 24 * 3600;
/** What a `Host` header may look like before it is copied into a policy. */
const HOST = /^[\w.-]+(:\d{1,5})?$|^\[[\da-fA-F:]+\](:\d{1,5})?$/;

/** On every answer. */
export function commonHeaders(config: Addresses): Record<string, string> {
  return {
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=()',
    // Told to browsers that do not know frame-ancestors.
    'x-frame-options': 'DENY',
    ...(config.publicUrl?.startsWith('https:')
      ? { 'strict-transport-security': `max-age=${HSTS_S}`, 'cross-origin-opener-policy': 'same-origin' }
      : {}),
  };
}

export function newNonce(): string {
  return randomBytes(16).toString('base64');
}

/**
 * The Content-Security-Policy of a page. Next reads the nonce out of the request's header of the same name and puts it on
 * its own scripts.
 * @param host the request's `Host`, for the sockets of this very server (`'self'` does not cover ws: in every browser)
 */
export function contentSecurityPolicy(config: Addresses, nonce: string, host: string | undefined, dev = false): string {
  const sockets = host !== undefined && HOST.test(host) ? [`ws://${host}`, `wss://${host}`] : [];
  const signaling = config.signalingUrl === '' ? [] : [config.signalingUrl, config.signalingUrl.replace(/^http/, 'ws')];
  const origin = config.originUrl === '' ? [] : [config.originUrl];
  return Object.entries({
    'default-src': ["'self'"],
    // Scripts run by nonce, or because such a script loaded them; 'self' is for browsers without strict-dynamic.
    'script-src': ["'self'", `'nonce-${nonce}'`, "'strict-dynamic'", ...(dev ? ["'unsafe-eval'"] : [])],
    // React's style attributes, and the style elements that Radix and sonner add while they run, carry no nonce.
    'style-src': ["'self'", "'unsafe-inline'"],
    'img-src': ["'self'", 'blob:', 'data:'],
    'font-src': ["'self'"],
    'media-src': ["'self'", 'blob:', ...origin],
    'connect-src': ["'self'", ...sockets, ...signaling, ...origin],
    'worker-src': ["'self'", 'blob:'],
    'object-src': ["'none'"],
    'base-uri': ["'none'"],
    'form-action': ["'self'"],
    'frame-ancestors': ["'none'"],
  })
    .map(([name, values]) => [name, ...values].join(' '))
    .join('; ');
}

/** Whether an answer may be a page: everything that is not data, files of the build, or sealed chunks. */
export function isPage(path: string): boolean {
  return !/^\/(api|rest|origin|_next\/static|signaling)(\/|$|\?)/.test(path);
}
