/**
 * Services that lose nothing, in one process: the same load through the gateway while the whole process is killed three times. What was
 * answered with 202 is there after the restart, once.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '@/lib/contracts/ids';
import { makeRandom } from '@/lib/util/random';
import { cookiesOf, type Product, startProduct } from '@/testing/product';
import { until } from '@/testing/wait';
import { type Actor, FAULT_MESSAGES, FAULT_SEEDS, randomTask, type Task } from '../support/load';

/** Each may write 200 times at once, then ten times a second. */
const LISTENERS = Math.max(4, Math.ceil(FAULT_MESSAGES / 200));
const KILLS = [0.2, 0.5, 0.8];

let product: Product;
let acknowledged: Task[] = [];
let refused: Task[] = [];

interface Person {
  actor: Actor;
  cookie: string;
}

beforeAll(async () => {
  product = await startProduct({ LOG_LEVEL: 'warn' });
});
afterAll(() => product?.stop());

test.each(FAULT_SEEDS)(
  `${FAULT_MESSAGES} messages survive three kills of the whole process (FAULT_SEED=%i)`,
  async (seed) => {
    [acknowledged, refused] = [[], []];
    const random = makeRandom(seed);
    const people = await signUp(seed);
    let allMade = false;
    const killing = (async () => {
      for (const share of KILLS) {
        await until(`${share} of the load`, () => acknowledged.length >= share * FAULT_MESSAGES, 120_000);
        await product.kill();
        await product.start();
      }
      allMade = true;
    })();
    const hand = async (person: Person) => {
      // Until every kill has met a process at work, however quick the load is through.
      while (!allMade || acknowledged.length < FAULT_MESSAGES) await send(person, randomTask([person.actor], random));
    };
    await Promise.all(people.map(hand));
    await killing;
    for (const person of people) await compare(person);
  },
  300_000,
);

async function post(path: string, body: unknown, cookie: string): Promise<Response> {
  return fetch(product.url + path, {
    method: 'POST',
    headers: { origin: product.url, cookie, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function get<T>(path: string, cookie: string): Promise<T> {
  const response = await fetch(product.url + path, { headers: { cookie } });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

async function signUp(seed: number): Promise<Person[]> {
  const people: Person[] = [];
  for (let i = 0; i < LISTENERS; i++) {
    const who = { name: `Listener ${i}`, email: `l${i}-${seed}@example.org`, password: 'a long pass phrase' };
    const { id } = await product.api<{ id: string }>('POST', '/api/people', { ...who, role: 'listener' });
    const cookie = cookiesOf(await post('/api/auth/sign-in/email', who, ''));
    const playlistId = newId();
    await post('/api/playlists', { playlistId, name: 'Noite' }, cookie);
    people.push({ cookie, actor: { accountId: id, playlistId } });
  }
  const last = people.at(-1);
  if (last !== undefined) {
    await until('the playlists', () =>
      get(`/api/playlists/${last.actor.playlistId}`, last.cookie).then(
        () => true,
        () => false,
      ),
    );
  }
  return people;
}

async function send({ cookie, actor }: Person, task: Task): Promise<void> {
  const [path, body] =
    task.kind === 'add'
      ? [`/api/playlists/${actor.playlistId}/entries`, { revision: 1, trackIds: [task.trackId] }]
      : ['/api/plays', { type: 'finished', trackId: task.trackId, playId: task.playId, positionS: 200 }];
  try {
    const response = await post(path, body, cookie);
    const text = await response.text();
    if (response.status === 202) {
      acknowledged.push(task);
      return;
    }
    expect({ status: response.status, text }).toEqual({ status: expect.toBeOneOf([429, 503]), text });
    await until('a better moment', async () => (await fetch(`${product.url}/api/me`).catch(() => null))?.ok);
  } catch (error) {
    // The process is being killed; started again, it answers.
    if (!(error instanceof TypeError)) throw error;
    await until('the gateway', async () => (await fetch(`${product.url}/api/me`).catch(() => null))?.ok, 60_000);
  }
  refused.push(task);
}

/** What this listener's playlist and history hold is what was acknowledged, each once, and nothing that was not sent. */
async function compare({ actor, cookie }: Person): Promise<void> {
  const mine = (tasks: readonly Task[], kind: Task['kind']) =>
    tasks.filter((task) => task.actor === actor && task.kind === kind).map((task) => task.trackId);
  const readAll = async () => {
    const playlist = await get<{ revision: number; entries: { trackId: string }[] }>(
      `/api/playlists/${actor.playlistId}`,
      cookie,
    );
    const plays: { trackId: string }[] = [];
    for (;;) {
      const page = await get<{ plays: { trackId: string }[]; total: number }>(
        `/api/history?limit=100&offset=${plays.length}`,
        cookie,
      );
      plays.push(...page.plays);
      if (page.plays.length === 0 || plays.length >= page.total) break;
    }
    return { playlist, entries: playlist.entries.map((e) => e.trackId), plays: plays.map((play) => play.trackId) };
  };
  const lacking = (there: readonly string[], kind: Task['kind']) => {
    const held = new Set(there);
    return mine(acknowledged, kind).filter((trackId) => !held.has(trackId));
  };
  const { playlist, entries, plays } = await until('what was acknowledged to be applied', async () => {
    const read = await readAll();
    return lacking(read.entries, 'add').length + lacking(read.plays, 'play').length === 0 ? read : null;
  });
  for (const [there, kind] of [
    [entries, 'add'],
    [plays, 'play'],
  ] as const) {
    expect(new Set(there).size).toBe(there.length);
    const sent = new Set([...mine(acknowledged, kind), ...mine(refused, kind)]);
    expect(there.filter((trackId) => !sent.has(trackId))).toEqual([]);
  }
  expect(playlist.revision).toBe(1 + entries.length);
}
