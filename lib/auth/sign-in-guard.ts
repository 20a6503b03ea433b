import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Config } from '@/lib/config/config';
import type { Secrets } from '@/lib/secrets/secrets';
import { addressKey } from '@/lib/util/node/network';
import { type Rate, RateLimiter } from '@/lib/util/rate-limit';
import type { HashFor } from './passwords';
import type { Visit } from './trust';
import { readCookie } from './trust';

/** Guesses at one account from one address: ten wrong passwords at once, then one every 30 s. */
const PER_ACCOUNT_AND_ADDRESS: Rate = { burst: 10, everyMs: 30_000 };
/** Guesses at one account from all addresses together: as many as NIST SP 800-63B (3.2.2) lets fail in a row. */
const PER_ACCOUNT: Rate = { burst: 100, everyMs: 30_000 };
/** A device that signed in before has this for itself: nobody else's guesses use it up. */
const PER_DEVICE: Rate = PER_ACCOUNT_AND_ADDRESS;
/** Sign-ins from all devices of an account, right ones too: its owner must not keep the server busy with hashing either. */
const PER_OWNER: Rate = { burst: 60, everyMs: 5_000 };
/** Far above, because a university or a carrier shares one address. */
const PER_ADDRESS: Rate = { burst: 300, everyMs: 1_000 };
/** Browsers keep no cookie for longer than 400 days (RFC 6265bis). */
const DEVICE_LIFE_S = 365 * 24 * 3600;
const NONCE_BYTES = 16;

/** Somebody who wants to sign in. */
export interface Attempt {
  /** In the form in which accounts have it. */
  email: string;
  visit: Visit;
  /** The request's `cookie` header. */
  cookie: string | null;
}

/**
 * Bounds how often passwords are guessed without locking out whoever they belong to. Whoever signed in leaves with a cookie that says so of
 * this device and this account; with it, limits are the device's own (OWASP, "Slow Down Online Guessing Attacks with Device Cookies").
 * The cookie admits nobody by itself, and says nothing about the account to those who cannot check it.
 */
export class SignInGuard {
  private readonly secret: string;
  private readonly isSecure: boolean;
  private readonly ofAccountAndAddress: RateLimiter;
  private readonly ofAccount: RateLimiter;
  private readonly ofDevice: RateLimiter;
  private readonly ofOwner: RateLimiter;
  private readonly ofAddress: RateLimiter;

  /** @param now ms of a clock that is not set back */
  constructor(config: Pick<Config, 'publicUrl'>, secrets: Pick<Secrets, 'authSecret'>, now?: () => number) {
    this.secret = secrets.authSecret;
    this.isSecure = config.publicUrl?.startsWith('https:') ?? false;
    this.ofAccountAndAddress = new RateLimiter(PER_ACCOUNT_AND_ADDRESS, now);
    this.ofAccount = new RateLimiter(PER_ACCOUNT, now);
    this.ofDevice = new RateLimiter(PER_DEVICE, now);
    this.ofOwner = new RateLimiter(PER_OWNER, now);
    this.ofAddress = new RateLimiter(PER_ADDRESS, now);
  }

  /** Counts an attempt. @throws {EnxameError} `too_many_requests` with the seconds to wait */
  take(attempt: Attempt): void {
    const device = this.deviceOf(attempt);
    if (device !== null) {
      this.ofDevice.take(device);
      this.ofOwner.take(attempt.email);
      return;
    }
    this.ofAddress.take(addressOf(attempt));
    this.ofAccountAndAddress.take(accountAndAddress(attempt));
    this.ofAccount.take(attempt.email);
  }

  /** The password was right. @returns the `Set-Cookie` value that names this device as one of the account */
  succeeded(attempt: Attempt): string {
    const device = this.deviceOf(attempt);
    if (device !== null) this.ofDevice.forget(device);
    else {
      this.ofAccountAndAddress.forget(accountAndAddress(attempt));
      this.ofAccount.forget(attempt.email);
    }
    const nonce = randomBytes(NONCE_BYTES).toString('base64url');
    const value = `${nonce}.${this.sign(attempt.email, nonce)}`;
    const secure = this.isSecure ? '; Secure' : '';
    return `${this.cookieName}=${value}; Max-Age=${DEVICE_LIFE_S}; Path=/; HttpOnly; SameSite=Lax${secure}`;
  }

  /** For whom the password is hashed. */
  hashFor(attempt: Attempt): HashFor {
    return { address: addressOf(attempt), isKnown: this.deviceOf(attempt) !== null };
  }

  private get cookieName(): string {
    return `${this.isSecure ? '__Secure-' : ''}enxame.device`;
  }

  /** What names a device that signed in to this account before; null where this is none. */
  private deviceOf({ email, cookie }: Attempt): string | null {
    const [nonce = '', signature = ''] = (readCookie(cookie, this.cookieName) ?? '').split('.');
    const given = Buffer.from(signature);
    const wanted = Buffer.from(this.sign(email, nonce));
    return given.length === wanted.length && timingSafeEqual(given, wanted) ? nonce : null;
  }

  private sign(email: string, nonce: string): string {
    return createHmac('sha256', this.secret).update(`enxame device\n${nonce}\n${email}`).digest('base64url');
  }
}

const addressOf = ({ visit }: Attempt) => addressKey(visit.address ?? '');
const accountAndAddress = (attempt: Attempt) => `${addressOf(attempt)} ${attempt.email}`;
