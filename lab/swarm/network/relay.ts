import type { Cleaner } from '../cleaner';
import type { Host } from './network';

export async function startRelay(
  _hub: string,
  _ports: string[],
  _hosts: Host[],
  _delayMs: number,
  _cleaner: Cleaner,
): Promise<void> {
  throw new Error('not yet');
}
