import type { PeerAdmission } from '@/lib/contracts/playback';
import type { Config } from './config';

/**
 * The ICE servers a page is told: those that ICE_SERVERS names, else this server's own STUN under the name by which the page
 * reached signaling.
 * @param pageHost the `Host` header of the page's request
 */
export function iceServersFor(
  config: Pick<Config, 'iceServers' | 'signalingUrl' | 'stunPort'>,
  pageHost: string | null,
): PeerAdmission['iceServers'] {
  if (config.iceServers !== null) return config.iceServers;
  const address = config.signalingUrl === '' ? `http://${pageHost ?? ''}` : config.signalingUrl;
  if (!URL.canParse(address)) return [];
  return [{ urls: `stun:${new URL(address).hostname}:${config.stunPort}` }];
}
