import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryStore } from '@/lib/media-store/testing/memory-store';
import { HandClock } from '@/lib/util/testing/hand-clock';
import { FolderAway } from '../import-scope';
import type { Part } from './folders';
import { CHECK_EVERY_MS, type Keeper, startKeeper } from './keeper';
import { LONGEST_WAIT_MS, QUIET_MS } from './pending-parts';
import { FIRST_AFTER_MS, RETRY_MS, WATCHED_EVERY_MS } from './schedule';

const HOUR = 3_600_000;

let clock: HandClock;
let store: MemoryStore;
let keys: string[];
let looks: { folder: string; parts: readonly Part[] | null }[];
let states: Map<string, unknown>;
let lookResult: (folder: string) => Promise<{ restless: string[] }>;
const held = new Set<string>();
const lost = new Set<() => void>();
const keepers: Keeper[] = [];

beforeEach(() => {
  clock = new HandClock();
  store = new MemoryStore();
  store.makeFolder('/m');
  keys = ['/m'];
  looks = [];
  states = new Map();
  lookResult = async () => ({ restless: [] });
  held.clear();
  lost.clear();
});
afterEach(async () => {
  await Promise.all(keepers.splice(0).map((keeper) => keeper.close()));
});

/** Until whatever was begun in this process has ended. */
async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
}

async function pass(ms: number): Promise<void> {
  clock.pass(ms);
  await settle();
}

async function start(options: { watches?: boolean; everyMs?: number | null } = {}): Promise<Keeper> {
  const keeper = startKeeper({
    database: {
      async tryLock(name, onLost) {
        if (held.has(name)) return null;
        held.add(name);
        lost.add(onLost);
        return async () => {
          held.delete(name);
        };
      },
    },
    media: store,
    folders: {
      all: async () => keys,
      beat: async (given) => {
        for (const [key, state] of given) states.set(key, state);
      },
      rest: async (given) => {
        for (const key of given) states.set(key, 'rests');
      },
      whyAway: async (key) => ((await store.isFolder(key)) ? null : 'folder_missing'),
    },
    imports: {
      look: async ({ folder, parts }) => {
        looks.push({ folder, parts });
        return await lookResult(folder);
      },
    },
    log: { info: () => undefined, warn: () => undefined },
    watches: true,
    everyMs: HOUR,
    clock,
    random: () => 0.5,
    ...options,
  });
  keepers.push(keeper);
  await settle();
  return keeper;
}

const whole = { folder: '/m', parts: null };
const part = (folder: string, below = false) => ({ folder: '/m', parts: [{ folder, below }] });
const watching = { watch: 'watching', watchProblem: null };

describe('a watched folder', () => {
  it('is looked through after the start, for what changed before, and once a day', async () => {
    await start();
    expect(store.watched).toEqual(['/m']);
    expect(states.get('/m')).toEqual(watching);
    expect(looks).toEqual([]);
    await pass(FIRST_AFTER_MS);
    expect(looks).toEqual([whole]);
    await pass(WATCHED_EVERY_MS - 1);
    expect(looks).toHaveLength(1);
    await pass(1);
    expect(looks).toEqual([whole, whole]);
  });

  it('is looked at where it changed, and nowhere else, once that is over', async () => {
    await start();
    await pass(FIRST_AFTER_MS);
    store.put('/m/A/1.mp3', new Uint8Array(1));
    await pass(QUIET_MS - 1);
    store.put('/m/A/1.mp3', new Uint8Array(2));
    await pass(QUIET_MS - 1);
    expect(looks).toEqual([whole]);
    await pass(1);
    expect(looks).toEqual([whole, part('/m/A')]);
    store.remove('/m/A');
    await pass(QUIET_MS);
    expect(looks.at(-1)).toEqual(part('/m/A', true));
  });

  it('is looked at again where files were still being written', async () => {
    await start();
    await pass(FIRST_AFTER_MS);
    lookResult = async () => ({ restless: looks.length < 4 ? ['/m/A'] : [] });
    store.put('/m/A/1.mp3', new Uint8Array(1));
    for (let i = 0; i < 5; i++) await pass(QUIET_MS);
    expect(looks).toEqual([whole, part('/m/A'), part('/m/A'), part('/m/A')]);
  });

  it('shows a change while all of it is looked through, which takes long', async () => {
    let end = () => undefined as unknown;
    lookResult = () => new Promise((resolve) => (end = () => resolve({ restless: [] })));
    await start();
    await pass(FIRST_AFTER_MS);
    const endWhole = end;
    store.put('/m/A/1.mp3', new Uint8Array(1));
    await pass(LONGEST_WAIT_MS);
    expect(looks).toEqual([whole, part('/m/A')]);
    end();
    endWhole();
    await settle();
  });

  it('that vanished is tried again, and comes back as a whole', async () => {
    store.put('/m/A/1.mp3', new Uint8Array(1));
    lookResult = async (folder) => {
      if (!(await store.isFolder(folder))) throw new FolderAway('folder_missing');
      return { restless: [] };
    };
    await start();
    await pass(FIRST_AFTER_MS);
    store.remove('/m');
    await pass(QUIET_MS);
    expect(looks).toEqual([whole, whole]);
    store.makeFolder('/m');
    store.put('/m/A/1.mp3', new Uint8Array(1));
    looks = [];
    await pass(CHECK_EVERY_MS);
    await pass(0);
    expect(looks).toContainEqual(whole);
    expect(store.watched).toEqual(['/m']);
    const { length } = looks;
    await pass(RETRY_MS * 3);
    expect(looks).toHaveLength(length);
  });
});

describe('by schedule', () => {
  it.each(['network_folder', 'too_many_folders'] as const)(
    'is looked through where watching is refused: %s',
    async (why) => {
      store.refuseWatching(why);
      await start();
      expect(states.get('/m')).toEqual({ watch: 'scheduled', watchProblem: why });
      await pass(FIRST_AFTER_MS);
      for (let i = 0; i < 3; i++) await pass(HOUR);
      expect(looks).toEqual([whole, whole, whole, whole]);
    },
  );

  it('is not, where neither is wanted', async () => {
    await start({ watches: false, everyMs: null });
    await pass(100 * HOUR);
    expect(looks).toEqual([]);
    expect(store.watched).toEqual([]);
    expect(held.size).toBe(0);
  });

  it('is alone, where watching is off; or never, where there is no schedule and watching is refused', async () => {
    await start({ watches: false });
    expect(states.get('/m')).toEqual({ watch: 'scheduled', watchProblem: null });
    await keepers.pop()?.close();
    store.refuseWatching('network_folder');
    await start({ everyMs: null });
    expect(states.get('/m')).toEqual({ watch: 'off', watchProblem: 'network_folder' });
    await pass(100 * HOUR);
    expect(looks).toEqual([]);
  });
});

describe('of several processes', () => {
  it('one watches, and another goes on when it ends', async () => {
    const first = await start();
    await start();
    expect(store.watched).toEqual(['/m']);
    await first.close();
    expect(store.watched).toEqual([]);
    expect(states.get('/m')).toBe('rests');
    await pass(CHECK_EVERY_MS);
    expect(store.watched).toEqual(['/m']);
    expect(states.get('/m')).toEqual(watching);
  });

  it('one whose connection breaks lets go, and takes the lock again once it is free', async () => {
    await start();
    for (const lose of lost) lose();
    await settle();
    expect(store.watched).toEqual([]);
    held.clear();
    await pass(CHECK_EVERY_MS);
    expect(store.watched).toEqual(['/m']);
  });
});

it('takes up and leaves folders as the library does', async () => {
  const keeper = await start();
  store.makeFolder('/n');
  keys = ['/m', '/n'];
  keeper.wake();
  await settle();
  expect(store.watched).toEqual(['/m', '/n']);
  keys = ['/n'];
  keeper.wake();
  await settle();
  expect(store.watched).toEqual(['/n']);
  looks = [];
  await pass(HOUR);
  expect(looks).toEqual([{ folder: '/n', parts: null }]);
});
