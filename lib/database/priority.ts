import { AsyncLocalStorage } from 'node:async_hooks';

/** Work of a listener, who waits for it, or work that nobody waits for, such as an import. */
export type Priority = 'listener' | 'background';

const current = new AsyncLocalStorage<Priority>();

/** Runs `work` as something that nobody waits for: what it asks of the embedded database stands back behind listeners' questions. */
export function inBackground<T>(work: () => T): T {
  return current.run('background', work);
}

/** Of whatever runs now; a listener's unless it was begun by {@link inBackground}. */
export function currentPriority(): Priority {
  return current.getStore() ?? 'listener';
}
