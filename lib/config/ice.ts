import { createHmac } from 'node:crypto';
import type { Me } from '@/lib/contracts/api/account';
import type { PeerAdmission } from '@/lib/contracts/playback';
import type { Config } from './config';

/** Life of a relay's credentials, s: longer than a tab waits before it asks anew, short enough to be of no use to others. */
const TURN_LIFE_S = 3600;

/**
 * The ICE servers a page is told: those that ICE_SERVERS names, else this server's own STUN under the name by which the page
 * reached signaling; and the relay where there is one.
 * @param pageHost the `Host` header of the page's request
 * @param peerId whose credentials they are, as the relay's log shows them
 * @param now epoch ms
 */
export function iceServersFor(
  config: Pick<Config, 'iceServers' | 'signalingUrl' | 'stunPort' | 'turn'>,
  pageHost: string | null,
  peerId: string,
  now: number,
): PeerAdmission['iceServers'] {
  const relay = config.turn === null ? [] : [turnServer(config.turn, peerId, now)];
  if (config.iceServers !== null) return [...config.iceServers, ...relay];
  const address = config.signalingUrl === '' ? `http://${pageHost ?? ''}` : config.signalingUrl;
  if (!URL.canParse(address)) return relay;
  return [{ urls: `stun:${new URL(address).hostname}:${config.stunPort}` }, ...relay];
}

/** What listeners are told of the relay. */
export const relayOf = ({ turn, relayOnly }: Pick<Config, 'turn' | 'relayOnly'>): Me['relay'] =>
  turn === null ? 'none' : relayOnly ? 'only' : 'offered';

/** Credentials that expire, as coturn's `use-auth-secret` takes them (draft-uberti-behave-turn-rest-00). */
function turnServer(turn: { url: string; secret: string }, peerId: string, now: number) {
  const username = `${Math.floor(now / 1000) + TURN_LIFE_S}:${peerId}`;
  return { urls: turn.url, username, credential: createHmac('sha1', turn.secret).update(username).digest('base64') };
}
