/** Waits for the first of some events. @throws DOMException AbortError */
export function once(target: EventTarget, names: readonly string[], signal?: AbortSignal): Promise<Event> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const done = new AbortController();
    for (const name of names) {
      target.addEventListener(
        name,
        (event) => {
          done.abort();
          resolve(event);
        },
        { signal: done.signal },
      );
    }
    signal?.addEventListener(
      'abort',
      () => {
        done.abort();
        reject(signal.reason);
      },
      { signal: done.signal },
    );
  });
}
