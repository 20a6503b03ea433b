import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import { EnxameError } from '@/lib/contracts/errors';

/**
 * OWASP Password Storage Cheat Sheet (2026): Argon2id with 19 MiB of memory, 2 passes, 1 lane.
 * Argon2id is the library's default algorithm; its enum is ambient and cannot be named with isolated modules.
 */
const ARGON2ID = 2;
const MEMORY_KIB = 19_456;
const PASSES = 2;
const LANES = 1;

/** A PHC string with its own salt; about 30 ms on a thread of libuv's pool. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, { algorithm: ARGON2ID, memoryCost: MEMORY_KIB, timeCost: PASSES, parallelism: LANES });
}

/** False also for a hash that cannot be read. */
export async function verifyPassword(hashed: string, password: string): Promise<boolean> {
  try {
    return await verify(hashed, password);
  } catch {
    return false;
  }
}

/** One core stays with requests; and of libuv's four threads, on which hashing runs, two stay with the files that the origin reads. */
const AT_ONCE = Math.max(1, Math.min(2, availableParallelism() - 1));
/** With one hash at a time (30 ms each) the last in turn waits 2 s; longer, people press the button again. */
const MAX_WAITING = 64;
/** So that one address cannot take every place. */
const MAX_WAITING_PER_ADDRESS = MAX_WAITING / 2;
const COME_AGAIN_S = 2;

export interface HashLimits {
  atOnce: number;
  maxWaiting: number;
  maxWaitingPerAddress: number;
}

/** On whose behalf a password is hashed. */
export interface HashFor {
  /** What limits count an address by (`addressKey`). */
  address: string;
  /** A device that signed in to this account before, or an administrator: these have places of their own and go first. */
  isKnown: boolean;
}

interface Waiting {
  address: string;
  begin: () => void;
}

/**
 * Passwords are hashed a few at a time, and only so many wait: a crowd that signs in is served in turn while music plays on, and a flood is
 * refused at once instead of being worked off.
 */
export class HashQueue {
  private readonly known: Waiting[] = [];
  private readonly strangers: Waiting[] = [];
  private readonly limits: HashLimits;
  private running = 0;

  constructor(limits: Partial<HashLimits> = {}) {
    this.limits = {
      atOnce: AT_ONCE,
      maxWaiting: MAX_WAITING,
      maxWaitingPerAddress: MAX_WAITING_PER_ADDRESS,
      ...limits,
    };
  }

  /** Nothing is taken: `run` in the same turn of the event loop finds the place. @throws {EnxameError} `unavailable` when there is none */
  assertRoom(who: HashFor): void {
    if (this.running < this.limits.atOnce) return;
    const { maxWaiting, maxWaitingPerAddress } = this.limits;
    const waiting = who.isKnown ? this.known : this.strangers;
    const ofAddress = who.isKnown ? 0 : waiting.filter(({ address }) => address === who.address).length;
    if (waiting.length < maxWaiting && ofAddress < maxWaitingPerAddress) return;
    throw new EnxameError('unavailable', 'Too many people are signing in right now. Try again in a moment.', {
      retryAfterS: COME_AGAIN_S,
    });
  }

  /**
   * Does the work when its turn comes.
   * @throws {EnxameError} `unavailable` when too many wait
   * @throws what `work` throws
   */
  async run<T>(who: HashFor, work: () => Promise<T>): Promise<T> {
    this.assertRoom(who);
    if (this.running < this.limits.atOnce) this.running++;
    else await new Promise<void>((begin) => (who.isKnown ? this.known : this.strangers).push({ ...who, begin }));
    try {
      return await work();
    } finally {
      // Its place goes to the next in turn without being free in between.
      const next = this.known.shift() ?? this.strangers.shift();
      if (next === undefined) this.running--;
      else next.begin();
    }
  }
}
