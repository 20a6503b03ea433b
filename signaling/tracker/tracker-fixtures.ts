/** What tests of the tracker begin with. */
import type { Device } from '@/lib/contracts/signaling';
import type { Arrival } from './state';

export const EMPTY = { peers: 0, versions: 0, pairs: 0, untold: 0, unsettled: 0, refills: 0 };
export const T0 = 1_000_000;
export const DEVICE: Device = { browser: 'firefox', system: 'linux' };

export function arrival(peer: string, more: Partial<Arrival> = {}): Arrival {
  const place = { address: '192.0.2.1', network: '192.0.2.0/24', region: null };
  return { peer, account: `account-of-${peer}`, place, device: DEVICE, mode: 'considerate', ...more };
}
