import type { KeyObject } from 'node:crypto';
import { type PeerTokenClaims, verifyPeerToken } from '@/lib/auth/peer-token';
import { EnxameError } from '@/lib/contracts/errors';
import type { AccountRole } from '@/lib/contracts/ids';
import { CLOCK_TOLERANCE_S, PEER_TOKEN_LIFE_S } from '@/lib/contracts/playback';
import { handshake, type SharingMode } from '@/lib/contracts/signaling';
import { ExpiringMap } from '@/lib/util/bounded-map';
import { addressKey } from '@/lib/util/node/network';
import { TokenBuckets } from '@/lib/util/rate-limit';

/** Tabs of one account at a time. */
export const MAX_SOCKETS_PER_ACCOUNT = 50;
/** Attempts: an account's tabs all come back at once after a restart, an address may be a whole university's. */
const ACCOUNT_RATE = { burst: 100, everyMs: 500 };
const ADDRESS_RATE = { burst: 2_000, everyMs: 5 };
/** Used tokens remembered. With {@link ACCOUNT_RATE} one account fills at most 880 places in a token's life. */
const MAX_USED_TOKENS = 200_000;
/** Accounts that were changed and sessions that ended, within a token's life. */
const MAX_CHANGED = 10_000;
/** No token lives longer, both clocks' tolerance counted. */
const TOKEN_LIFE_MS = (PEER_TOKEN_LIFE_S + 2 * CLOCK_TOLERANCE_S) * 1000;

export interface Admitted extends PeerTokenClaims {
  mode: SharingMode;
  /** Asked for live events only. */
  observer: boolean;
}

/** `steady` measures durations; `wall` is what tokens end by (lib/util/clock.ts). Both give epoch ms. */
export interface Clocks {
  steady: () => number;
  wall: () => number;
}

/**
 * Decides who may hold a socket. Remembers only what can still matter, for a token's life: used tokens, and what has changed since a token
 * was signed (accounts, ended sessions). That is kept by the clock that tokens end by.
 */
export class Admission {
  private readonly verifyKey: KeyObject;
  private readonly used = new ExpiringMap<true>(MAX_USED_TOKENS, TOKEN_LIFE_MS);
  private readonly changed = new ExpiringMap<{ disabled: boolean; role: AccountRole | undefined }>(
    MAX_CHANGED,
    TOKEN_LIFE_MS,
  );
  private readonly ended = new ExpiringMap<true>(MAX_CHANGED, TOKEN_LIFE_MS);
  private readonly accounts = new TokenBuckets(ACCOUNT_RATE);
  private readonly addresses = new TokenBuckets(ADDRESS_RATE);

  constructor(verifyKey: KeyObject) {
    this.verifyKey = verifyKey;
  }

  /**
   * @param auth the socket's handshake payload, as a stranger sent it
   * @param from.openSockets how many sockets the account has that would stay open beside this one
   * @throws {EnxameError} `bad_token`, `account_disabled`, `not_signed_in`, `too_many_requests`
   */
  async admit(
    auth: unknown,
    from: { address: string; openSockets: (claims: PeerTokenClaims, observer: boolean) => number },
    { steady, wall }: Clocks,
  ): Promise<Admitted> {
    const parsed = handshake.safeParse(auth);
    if (!parsed.success) throw new EnxameError('bad_token', 'A peer token is required.');
    if (!this.addresses.take(addressKey(from.address), steady())) throw tooMany('Too many attempts from this address.');
    const claims = await verifyPeerToken(parsed.data.token, this.verifyKey);
    const now = wall();
    const role = this.roleNow({ account: claims.sub, session: claims.sid, role: claims.role }, now);
    if (!this.accounts.take(claims.sub, steady())) throw tooMany('Too many attempts by this account.');
    if (this.used.get(claims.jti, now)) throw new EnxameError('bad_token', 'This peer token has already been used.');
    if (this.used.isFull(now))
      throw new EnxameError('unavailable', 'Too many peers are connecting.', { retryAfterS: 30 });
    this.used.set(claims.jti, true, now);
    const { mode = 'considerate', observe: observer = false } = parsed.data;
    if (from.openSockets(claims, observer) >= MAX_SOCKETS_PER_ACCOUNT)
      throw tooMany('This account has too many open tabs.');
    return { ...claims, role, mode, observer };
  }

  /**
   * What somebody who was admitted as this may do now.
   * @throws {EnxameError} `account_disabled`, `not_signed_in` when they may no longer be here
   */
  roleNow(admitted: { account: string; session: string; role: AccountRole }, now: number): AccountRole {
    const changed = this.changed.get(admitted.account, now);
    if (changed?.disabled) throw new EnxameError('account_disabled', 'This account is disabled.');
    if (this.ended.get(admitted.session, now)) throw new EnxameError('not_signed_in', 'This session has ended.');
    return changed?.role ?? admitted.role;
  }

  /** Tokens signed before are refused, or count as of the new role; afterwards the gateway signs none of the old. */
  noteAccount(account: string, changed: { disabled: boolean; role: AccountRole | undefined }, now: number): void {
    this.changed.set(account, { ...changed, role: changed.role ?? this.changed.get(account, now)?.role }, now);
  }

  /** Tokens that this session asked for are refused. */
  endSession(session: string, now: number): void {
    this.ended.set(session, true, now);
  }

  /** Lets go of what no longer matters. */
  purge({ steady, wall }: Clocks): void {
    for (const map of [this.used, this.changed, this.ended]) map.purge(wall());
    for (const buckets of [this.accounts, this.addresses]) buckets.purge(steady());
  }

  sizes() {
    return {
      used: this.used.size,
      changed: this.changed.size + this.ended.size,
      buckets: this.accounts.size + this.addresses.size,
    };
  }
}

function tooMany(message: string): EnxameError {
  return new EnxameError('too_many_requests', message, { retryAfterS: 5 });
}
