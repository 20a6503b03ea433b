/** What libraries made for Node's bundlers expect to find; must be there before they are loaded. */
Object.assign(globalThis, {
  process: {
    browser: true,
    env: {},
    nextTick: (act: (...args: unknown[]) => void, ...args: unknown[]) => queueMicrotask(() => act(...args)),
  },
});
