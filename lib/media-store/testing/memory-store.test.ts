import { expect, it } from 'vitest';
import { MemoryStore } from './memory-store';
import { describeMediaStore } from './suite';

describeMediaStore('a store in memory', async () => {
  const store = new MemoryStore();
  const root = '/music';
  store.makeFolder(root);
  return {
    store,
    root,
    put: async (path, bytes) => store.put(`${root}/${path}`, Buffer.from(bytes)),
    replace: async (path, bytes) => store.replace(`${root}/${path}`, Buffer.from(bytes)),
    makeFolder: async (path) => store.makeFolder(`${root}/${path}`),
    remove: async (path) => store.remove(`${root}/${path}`),
  };
});

it('a store in memory cannot be built in another thread', () => {
  expect(() => new MemoryStore().describe()).toThrow();
});
