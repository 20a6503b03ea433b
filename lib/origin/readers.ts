import type { ServerResponse } from 'node:http';
import type { Log } from '@/lib/config/log';
import { EnxameError, isEnxameError } from '@/lib/contracts/errors';
import { CLOCK_TOLERANCE_S, TICKET_LIFE_S } from '@/lib/contracts/playback';
import type { Clock } from '@/lib/util/clock';
import { FairSlots, type Holder, type SlotLimits } from '@/lib/util/fair-slots';
import { StaleCache } from '@/lib/util/stale-cache';

/**
 * Each reader holds one chunk and a socket's buffer, about 200 KB: 50 MB at most. A tab asks for three spans of a track at a time, and the
 * tabs of one browser may be one peer: these shares are far above what players need, and no account has more than a quarter.
 */
export const READER_LIMITS = { total: 256, perPeer: 32, perAccount: 64 };
/** Whether an account is disabled is asked anew after so long (ms) … */
const ACCOUNT_LIFE_MS = 30_000;
/** … and of those that read so often (ms), since a change may have been missed: together less than a minute. */
export const SWEEP_MS = 20_000;
/** While the database is away nobody can be disabled, and no ticket lives longer. */
const ACCOUNT_STALE_MS = (TICKET_LIFE_S + CLOCK_TOLERANCE_S) * 1000;
const MAX_ACCOUNTS = 10_000;

export interface Readers {
  readonly size: number;
  readonly isFull: boolean;
  /**
   * @returns leaves; may be called again
   * @throws {EnxameError} `account_disabled`; `too_many_requests` over the own share; `unavailable` when all places are taken or when closed
   */
  enter(reader: Holder, response: ServerResponse): Promise<() => void>;
  /** Cuts off what a disabled account reads, and refuses it from now on. */
  accountChanged(account: string, disabled: boolean): void;
  /** Cuts off everybody. */
  close(): void;
}

/**
 * Who is being served, so that nobody takes the origin from others and nobody reads on who no longer may.
 * @param deps.isDisabled @throws {EnxameError} when it cannot be known now; then the ticket counts, which was given by a server that knew
 */
export function createReaders(deps: {
  isDisabled: (account: string) => Promise<boolean>;
  limits: SlotLimits;
  clock: Clock;
  log: Log;
}): Readers {
  const { clock, log } = deps;
  const slots = new FairSlots(deps.limits);
  const disabled = new StaleCache<boolean>({
    max: MAX_ACCOUNTS,
    lifeMs: ACCOUNT_LIFE_MS,
    staleMs: ACCOUNT_STALE_MS,
    clock,
  });
  let closed = false;

  async function isDisabled(account: string): Promise<boolean> {
    try {
      return await disabled.get(account, () => deps.isDisabled(account));
    } catch (error) {
      if (!isEnxameError(error)) throw error;
      return false;
    }
  }

  async function sweep(): Promise<void> {
    for (const account of slots.accounts()) if (await isDisabled(account)) slots.end(account);
  }
  const sweepLater = () =>
    clock.after(SWEEP_MS, () => {
      sweep().catch((error: unknown) => log.error({ error }, 'the accounts that read could not be looked at'));
      cancel = sweepLater();
    });
  let cancel = sweepLater();

  return {
    get size() {
      return slots.size;
    },
    get isFull() {
      return slots.isFull;
    },
    async enter(reader, response) {
      if (await isDisabled(reader.account)) {
        throw new EnxameError('account_disabled', 'This account was disabled by an administrator.');
      }
      if (closed) throw new EnxameError('unavailable', 'The server is stopping.', { retryAfterS: 1 });
      return slots.take(reader, () => response.destroy());
    },
    accountChanged(account, isNowDisabled) {
      disabled.set(account, isNowDisabled);
      if (isNowDisabled) slots.end(account);
    },
    close() {
      closed = true;
      cancel();
      slots.end();
    },
  };
}
