import { type BlockList, isIPv4, isIPv6 } from 'node:net';
import { ipv6Network } from '@/lib/util/node/network';

/** Where a peer is on the network, for nearness only: all are compared as text. */
export interface Place {
  /** Public address as the server sees it. */
  address: string;
  /** Its /24 (IPv4) or /64 (IPv6): about one site of one provider. */
  network: string;
  /** The administrator's name for where that is; null where there is none. */
  region: string | null;
}

export function placeOf(address: string, regions: readonly { name: string; networks: BlockList }[] = []): Place {
  const family = isIPv4(address) ? 'ipv4' : isIPv6(address) ? 'ipv6' : null;
  if (family === null) return { address, network: address, region: null };
  const network = family === 'ipv4' ? `${address.slice(0, address.lastIndexOf('.'))}.0/24` : ipv6Network(address);
  const region = regions.find(({ networks }) => networks.check(address, family))?.name ?? null;
  return { address, network, region };
}
