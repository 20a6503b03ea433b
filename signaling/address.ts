import { type BlockList, isIPv4, isIPv6 } from 'node:net';
import { ipv6Network, withoutMapping } from '@/lib/util/node/network';

/** Where a peer is on the network, for nearness only: all are compared as text. */
export interface Place {
  /** Public address as the server sees it. */
  address: string;
  /** Its /24 (IPv4) or /64 (IPv6): about one site of one provider. */
  network: string;
  /** The administrator's name for where that is; null where there is none. */
  region: string | null;
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

export function placeOf(address: string, regions: readonly { name: string; networks: BlockList }[] = []): Place {
  const family = isIPv4(address) ? 'ipv4' : isIPv6(address) ? 'ipv6' : null;
  if (family === null) return { address, network: address, region: null };
  const network = family === 'ipv4' ? `${address.slice(0, address.lastIndexOf('.'))}.0/24` : ipv6Network(address);
  const region = regions.find(({ networks }) => networks.check(address, family))?.name ?? null;
  return { address, network, region };
}
