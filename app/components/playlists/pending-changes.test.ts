import { beforeEach, describe, expect, it } from 'vitest';
import type { Accepted, CommandOutcome } from '@/lib/contracts/api/playlists';
import { someTrack } from '@/lib/contracts/catalog.fixture';
import { EnxameError } from '@/lib/contracts/errors';
import { type Message, newMessage } from '@/lib/contracts/messages';
import { HandClock } from '@/lib/util/testing/hand-clock';
import {
  type ChangeListener,
  isSameCreation,
  PendingChanges,
  type PlaylistChange,
  splitChange,
} from './pending-changes';

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
const rename = (name: string, id = 'p'): PlaylistChange => ({ kind: 'rename', id, name });
const create = (name: string, id: string): PlaylistChange => ({ kind: 'create', id, name, tracks: [someTrack({})] });

/** A server that a test answers for. */
let clock: HandClock;
let changes: PendingChanges;
/** Every request, in order, with its command's id. */
let sent: { id: string; change: PlaylistChange; answer: (error?: EnxameError) => void }[];
let asked: string[];
let outcome: CommandOutcome | null;
let refreshed: PlaylistChange[];
/** What listeners were told, in order. */
let told: string[];

beforeEach(() => {
  clock = new HandClock();
  [sent, asked, refreshed, told] = [[], [], [], []];
  outcome = null;
  changes = new PendingChanges({
    clock,
    send: (change, id) =>
      new Promise<Accepted>((resolve, reject) => {
        sent.push({ id, change, answer: (error) => (error ? reject(error) : resolve({ messageId: id })) });
      }),
    outcome: async (id) => {
      asked.push(id);
      if (outcome === null) throw new EnxameError('unavailable', 'away');
      return outcome;
    },
    refresh: async (change) => {
      refreshed.push(change);
    },
    isSame: isSameCreation,
  });
});

const listen = (name: string): ChangeListener => ({
  accepted: () => told.push(`${name} accepted`),
  late: () => told.push(`${name} late`),
  confirmed: () => told.push(`${name} confirmed`),
  rejected: (error) => told.push(`${name} rejected: ${(error as EnxameError).code}`),
});
const ask = (name: string, id = 'p') => changes.submit(rename(name, id), listen(name));
const answer = async (n: number, error?: EnxameError) => {
  sent[n]?.answer(error);
  await settled();
};
const event = (messageId: string, refused?: Message<'changed.playlist'>['data']['refused']) =>
  newMessage(
    'changed.playlist',
    { playlistId: 'p', to: null, revision: 5, deleted: false, messageId, ...(refused && { refused }) },
    { actor: null, at: 1 },
  );
const pass = async (ms: number) => {
  clock.pass(ms);
  await settled();
};
const states = () => changes.list().map(({ state }) => state);
const away = () => new EnxameError('unavailable', 'away');

describe('a change', () => {
  it('is accepted, then confirmed by its event, and leaves the list once what the server made of it was read', async () => {
    const id = ask('A');
    expect(states()).toEqual(['sending']);
    await answer(0);
    expect(states()).toEqual(['accepted']);
    expect(changes.onEvent(event(id))).toBe(true);
    expect(changes.list()).toMatchObject([{ state: 'confirmed', revision: 5 }]);
    await settled();
    expect(changes.list()).toEqual([]);
    expect(refreshed).toEqual([rename('A')]);
    expect(told).toEqual(['A accepted', 'A confirmed']);
    await pass(600_000);
    expect(asked).toEqual([]);
    expect(changes.onEvent(event(id))).toBe(false);
  });

  it('is confirmed by its event also when that comes before the answer, or instead of it', async () => {
    const [first, second] = [ask('A'), ask('B', 'q')];
    changes.onEvent(event(first));
    changes.onEvent(event(second));
    await answer(0);
    await answer(1, away());
    await pass(600_000);
    expect(told).toEqual(['A accepted', 'B accepted', 'A confirmed', 'B confirmed']);
    expect(sent).toHaveLength(2);
  });

  it('is rejected by its event, with the reason', async () => {
    const id = ask('A');
    await answer(0);
    changes.onEvent(event(id, { code: 'forbidden', message: 'no' }));
    expect(changes.list()).toEqual([]);
    expect(told).toEqual(['A accepted', 'A rejected: forbidden']);
    expect(refreshed).toHaveLength(1);
  });

  it('is rejected by the answer, and not sent again', async () => {
    ask('A');
    await answer(0, new EnxameError('invalid_request', 'no'));
    await pass(600_000);
    expect(told).toEqual(['A rejected: invalid_request']);
    expect(sent).toHaveLength(1);
  });

  it('of which no event comes is asked about, ever more rarely, and is late and never failed meanwhile', async () => {
    const id = ask('A');
    await answer(0);
    await pass(2_000);
    expect(changes.list()).toMatchObject([{ state: 'accepted', isLate: true }]);
    outcome = { state: 'accepted' };
    for (let n = 0; n < 20; n++) await pass(60_000);
    expect(told).toEqual(['A accepted', 'A late']);
    expect(new Set(asked)).toEqual(new Set([id]));
    outcome = { state: 'confirmed' };
    await pass(30_000);
    expect(told).toEqual(['A accepted', 'A late', 'A confirmed']);
    expect(changes.list()).toEqual([]);
  });

  it('that was refused while its event was missed is rejected when it is asked about', async () => {
    ask('A');
    await answer(0);
    outcome = { state: 'rejected', refused: { code: 'conflict', message: 'no' } };
    await pass(1_000);
    expect(told).toEqual(['A accepted', 'A rejected: conflict']);
  });

  it('is asked about at once when the server is in reach again', async () => {
    ask('A');
    await answer(0);
    outcome = { state: 'confirmed' };
    changes.returned();
    await settled();
    expect(told).toEqual(['A accepted', 'A confirmed']);
  });
});

describe('no answer', () => {
  it('makes the same command be sent again', async () => {
    const id = ask('A');
    await answer(0, away());
    await pass(1_000);
    await answer(1, new EnxameError('too_many_requests', 'slow down', { retryAfterS: 7 }));
    await pass(6_000);
    expect(sent).toHaveLength(2);
    await pass(1_000);
    await answer(2);
    expect(sent.map((request) => request.id)).toEqual([id, id, id]);
    expect(states()).toEqual(['accepted']);
  });

  it('ends in a rejection after half a minute; the change can be tried again under its id', async () => {
    const id = ask('A');
    for (let n = 0; n < 6; n++) {
      await answer(n, away());
      await pass(16_000);
    }
    expect(told).toEqual(['A late', 'A rejected: unavailable']);
    expect(sent).toHaveLength(6);
    expect(changes.submit(rename('A'), {}, id)).toBe(id);
    expect(sent.at(-1)?.id).toBe(id);
  });
});

describe('a second press', () => {
  it('makes no second playlist while the first is pending', async () => {
    const id = changes.submit(create('Late', 'first'), listen('first'));
    await answer(0);
    expect(changes.submit(create('Late', 'second'), listen('second'))).toBe(id);
    expect(sent).toHaveLength(1);
    expect(changes.list()).toHaveLength(1);
    outcome = { state: 'confirmed' };
    await pass(1_000);
    expect(told).toEqual(['first accepted', 'first confirmed']);
    // From here on it is another wish.
    expect(changes.submit(create('Late', 'second'))).not.toBe(id);
  });

  it('makes no second playlist after the first got no answer', async () => {
    const id = changes.submit(create('Lost', 'first'));
    for (let n = 0; n < 6; n++) {
      await answer(n, away());
      await pass(16_000);
    }
    expect(changes.list()).toEqual([]);
    expect(changes.submit(create('Lost', 'second'))).toBe(id);
    expect(sent.at(-1)).toMatchObject({ id, change: { id: 'first' } });
  });

  it('is another change where it is about another name or other tracks', () => {
    const id = changes.submit(create('One', 'a'));
    expect(changes.submit(create('Two', 'b'))).not.toBe(id);
    expect(changes.submit({ kind: 'create', id: 'c', name: 'One', tracks: [] })).not.toBe(id);
  });
});

describe('several changes', () => {
  it('of one playlist are sent one after another; of different ones they do not wait for each other', async () => {
    const [first] = [ask('A'), ask('B'), ask('C', 'q')];
    expect(sent.map(({ change }) => change)).toEqual([rename('A'), rename('C', 'q')]);
    await answer(0);
    expect(sent).toHaveLength(2);
    changes.onEvent(event(first));
    expect(sent.at(-1)?.change).toEqual(rename('B'));
  });

  it('do not wait for one that is accepted and late, but for one that is not accepted', async () => {
    ask('A');
    ask('B');
    await pass(10_000);
    expect(sent).toHaveLength(1);
    await answer(0);
    expect(sent.at(-1)?.change).toEqual(rename('B'));
  });

  it('go on after one that was rejected', async () => {
    ask('A');
    ask('B');
    await answer(0, new EnxameError('forbidden', 'no'));
    expect(sent.at(-1)?.change).toEqual(rename('B'));
  });
});

it('tells of every change of the list, and gives the same list until then', async () => {
  let notified = 0;
  const stop = changes.subscribe(() => notified++);
  const before = changes.list();
  expect(changes.list()).toBe(before);
  ask('A');
  expect(notified).toBe(1);
  expect(changes.list()).not.toBe(before);
  stop();
  await answer(0);
  expect(notified).toBe(1);
});

describe('a change of many entries', () => {
  const ids = Array.from({ length: 1200 }, (_, n) => `e${n}`);
  const tracks = ids.map((id) => someTrack({ title: id }));
  const parts = (whole: PlaylistChange): PlaylistChange[] => {
    const [now, rest] = splitChange(whole);
    return rest === null ? [now] : [now, ...parts(rest)];
  };
  it.each<[PlaylistChange, string[]]>([
    [{ kind: 'create', id: 'p', name: 'P', tracks }, ['create 500', 'add 500', 'add 200']],
    [{ kind: 'add', id: 'p', tracks, entryIds: ids }, ['add 500', 'add 500', 'add 200']],
    [{ kind: 'remove', id: 'p', entryIds: ids }, ['remove 500', 'remove 500', 'remove 200']],
    [{ kind: 'reorder', id: 'p', entryIds: ids, before: 'x' }, ['reorder 500', 'reorder 500', 'reorder 200']],
    [{ kind: 'add', id: 'p', tracks: tracks.slice(0, 500), entryIds: ids.slice(0, 500) }, ['add 500']],
    [{ kind: 'rename', id: 'p', name: 'Q' }, ['rename 0']],
  ])('is made in parts that name all of them in order: $kind', (whole, expected) => {
    const made = parts(whole);
    const named = (change: PlaylistChange): readonly string[] =>
      'tracks' in change ? change.tracks.map((track) => track.title) : 'entryIds' in change ? change.entryIds : [];
    expect(made.map((change) => `${change.kind} ${named(change).length}`)).toEqual(expected);
    expect(made.flatMap(named)).toEqual(named(whole));
    for (const change of made) if (change.kind === 'add') expect(change.entryIds).toHaveLength(change.tracks.length);
    if (whole.kind === 'reorder')
      expect(made.every((change) => 'before' in change && change.before === 'x')).toBe(true);
  });
});
