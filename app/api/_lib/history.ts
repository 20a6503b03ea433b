import * as z from 'zod/mini';
import { type StatsWindow, statsWindow } from '@/lib/contracts/history';
import { InvalidBody } from './problem';

/** As the contract of `history.stats` has it. */
export const MAX_TIME_ZONE_CHARS = 64;

/** `window` of the address; the last month where none is named. @throws {EnxameError} `invalid_request` */
export function readWindow(url: URL): StatsWindow {
  const parsed = z.safeParse(z.object({ window: statsWindow }), { window: url.searchParams.get('window') || 'month' });
  if (!parsed.success) throw new InvalidBody(parsed.error.issues);
  return parsed.data.window;
}
