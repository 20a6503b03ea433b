import type { KeyObject } from 'node:crypto';
import { type PeerTokenClaims, verifyPeerToken } from '@/lib/auth/peer-token';
import { EnxameError } from '@/lib/contracts/errors';
import { CLOCK_TOLERANCE_S, PEER_TOKEN_LIFE_S } from '@/lib/contracts/playback';
import { handshake, type SharingMode } from '@/lib/contracts/signaling';
import { ExpiringMap } from './expiring-map';
import { TokenBuckets } from './token-bucket';

/** Tabs of one account at a time. */
export const MAX_SOCKETS_PER_ACCOUNT = 50;
/** Attempts: an account's tabs all come back at once after a restart, an address may be a whole university's. */
const ACCOUNT_RATE = { burst: 100, perSecond: 2 };
const ADDRESS_RATE = { burst: 2_000, perSecond: 200 };
/** Used tokens remembered. With {@link ACCOUNT_RATE} one account fills at most 880 places in a token's life. */
const MAX_USED_TOKENS = 200_000;
const MAX_DISABLED = 10_000;
/** No token lives longer, both clocks' tolerance counted. */
const TOKEN_LIFE_MS = (PEER_TOKEN_LIFE_S + 2 * CLOCK_TOLERANCE_S) * 1000;

export interface Admitted extends PeerTokenClaims {
  mode: SharingMode;
}

/** Decides who may hold a socket. Remembers only what can still matter: used tokens and disabled accounts, for a token's life. */
export class Admission {
  readonly #verifyKey: KeyObject;
  readonly #used = new ExpiringMap<true>(MAX_USED_TOKENS, TOKEN_LIFE_MS);
  readonly #disabled = new ExpiringMap<true>(MAX_DISABLED, TOKEN_LIFE_MS);
  readonly #accounts = new TokenBuckets(ACCOUNT_RATE);
  readonly #addresses = new TokenBuckets(ADDRESS_RATE);

  constructor(verifyKey: KeyObject) {
    this.#verifyKey = verifyKey;
  }

  /**
   * @param auth the socket's handshake payload, as a stranger sent it
   * @param openSockets how many other sockets the account has
   * @throws {EnxameError} `bad_token`, `account_disabled`, `too_many_requests`
   */
  async admit(
    auth: unknown,
    from: { address: string; openSockets: (claims: PeerTokenClaims) => number },
    clock: () => number,
  ): Promise<Admitted> {
    const parsed = handshake.safeParse(auth);
    if (!parsed.success) throw new EnxameError('bad_token', 'A peer token is needed.');
    if (!this.#addresses.take(from.address, clock())) throw tooMany('Too many attempts from this address.');
    const claims = await verifyPeerToken(parsed.data.token, this.#verifyKey);
    const now = clock();
    if (this.#disabled.get(claims.sub, now)) throw new EnxameError('account_disabled', 'This account is disabled.');
    if (!this.#accounts.take(claims.sub, now)) throw tooMany('Too many attempts of this account.');
    if (this.#used.get(claims.jti, now)) throw new EnxameError('bad_token', 'This peer token was used before.');
    if (this.#used.isFull(now)) throw new EnxameError('unavailable', 'Too many are connecting.', { retryAfterS: 30 });
    this.#used.set(claims.jti, true, now);
    if (from.openSockets(claims) >= MAX_SOCKETS_PER_ACCOUNT) throw tooMany('Too many open tabs of this account.');
    return { ...claims, mode: parsed.data.mode ?? 'considerate' };
  }

  /** Tokens signed before are refused; afterwards the gateway signs none. */
  setDisabled(account: string, disabled: boolean, now: number): void {
    if (disabled) this.#disabled.set(account, true, now);
    else this.#disabled.delete(account);
  }

  /** Lets go of what no longer matters. */
  purge(now: number): void {
    this.#used.purge(now);
    this.#disabled.purge(now);
    this.#accounts.purge(now);
    this.#addresses.purge(now);
  }

  sizes() {
    return {
      used: this.#used.size,
      disabled: this.#disabled.size,
      buckets: this.#accounts.size + this.#addresses.size,
    };
  }
}

function tooMany(message: string): EnxameError {
  return new EnxameError('too_many_requests', message, { retryAfterS: 5 });
}
