import { setTimeout as wait } from 'node:timers/promises';

/** Ends a wait that hangs, ms. It says nothing about how fast something is: a machine that is ten times slower and busy besides must pass. */
export const HANGS_MS = 240_000;
const PROBE_EVERY_MS = 50;
const ASSERT_EVERY_MS = 10;

/** Waits until `probe` gives something other than null, undefined or false. @throws after `timeoutMs`, naming `what` */
export async function until<T>(
  what: string | (() => string),
  probe: () => Promise<T> | T,
  timeoutMs = HANGS_MS,
): Promise<NonNullable<T>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value !== null && value !== undefined && value !== false) return value as NonNullable<T>;
    if (performance.now() > deadline)
      throw new Error(`waited ${timeoutMs} ms in vain: ${typeof what === 'string' ? what : what()}`);
    await wait(PROBE_EVERY_MS);
  }
}

/** Runs `assert` until it throws no more. @returns what it returned @throws its last error after {@link HANGS_MS} */
export async function eventually<T>(assert: () => T | Promise<T>): Promise<T> {
  const deadline = performance.now() + HANGS_MS;
  for (;;) {
    try {
      return await assert();
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
    await wait(ASSERT_EVERY_MS);
  }
}
