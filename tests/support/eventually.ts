import { vi } from 'vitest';
import { HANGS_MS } from './hangs';

/** Runs `assert` until it throws no more. @returns what it returned @throws its last error after {@link HANGS_MS} */
export function eventually<T>(assert: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(assert, { timeout: HANGS_MS, interval: 10 });
}
