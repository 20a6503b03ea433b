import { hash, verify } from '@node-rs/argon2';

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
