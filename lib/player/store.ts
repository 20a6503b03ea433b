/** A value that is replaced, never changed, and tells when: what useSyncExternalStore wants. */
export interface Store<T> {
  get(): T;
  /** Replaces the value where any of these differ from it. */
  set(patch: Partial<T>): void;
  /** @returns unsubscribe */
  subscribe(listener: () => void): () => void;
}

export function createStore<T extends object>(initial: T): Store<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set(patch) {
      const keys = Object.keys(patch) as (keyof T)[];
      if (keys.every((key) => Object.is(value[key], patch[key]))) return;
      value = { ...value, ...patch };
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
