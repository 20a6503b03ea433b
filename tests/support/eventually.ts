import { vi } from 'vitest';

/** Ends a test that hangs. It says nothing about how fast something is: a busy machine may take ten times as long. */
const HANGS_MS = 30_000;

/** Runs `assert` until it throws no more. @returns what it returned @throws its last error after {@link HANGS_MS} */
export function eventually<T>(assert: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(assert, { timeout: HANGS_MS, interval: 10 });
}
