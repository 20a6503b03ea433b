import { expect, it } from 'vitest';
import type { AccountRole } from '@/lib/contracts/ids';
import { type SwarmSnapshot, swarmSnapshot } from '@/lib/contracts/signaling';
import { Reports } from './reports';
import { takeSnapshot, Watchers } from './swarm-snapshot';
import { Tracker } from './tracker/tracker';
import { DEVICE } from './tracker/tracker-fixtures';

const place = { address: '192.0.2.1', network: '192.0.2.0/24', region: null };
const id = (n: number) => String(n).padStart(22, '0');

function world() {
  const tracker = new Tracker(() => 0.5);
  const reports = new Reports(tracker);
  const arrive = (n: number, account: string) =>
    tracker.arrive({ peer: id(n), account, place, device: DEVICE, mode: 'considerate' }, 1_000);
  return { tracker, reports, arrive, take: (now: number) => takeSnapshot(tracker, reports, now) };
}

function watcher() {
  const seen: SwarmSnapshot[] = [];
  return {
    connected: true,
    data: { role: 'admin' as AccountRole },
    seen,
    emit: (_event: 'swarm', snapshot: SwarmSnapshot) => seen.push(snapshot),
  };
}

it('shows who is here, whom they are linked to, and not who is away', () => {
  const { tracker, arrive, take } = world();
  arrive(1, 'anna');
  arrive(2, 'anna');
  arrive(3, 'bob');
  for (const n of [1, 2]) tracker.join(id(n), id(9), [0, 1], 1_000);
  tracker.lose(id(3), 2_000);
  const snapshot = take(3_000);
  expect(swarmSnapshot.parse(snapshot)).toEqual(snapshot);
  expect(snapshot).toMatchObject({ at: 3_000, listeners: 1, versions: 1, links: [{ a: id(2), b: id(1), bytes: 0 }] });
  expect(snapshot.peers.map((p) => p.peer)).toEqual([id(1), id(2)]);
  // By whom and on what an administrator knows a tab.
  expect(snapshot.peers[0]).toMatchObject({ accountId: 'anna', device: DEVICE });
});

it('is of bounded size, however many are here, while the counts are of all', () => {
  const { tracker, arrive, take } = world();
  for (let n = 0; n < 1_100; n++) {
    arrive(n, `account-${n}`);
    tracker.join(id(n), id(9_999), [0, 1], 1_000);
  }
  const { peers, links, listeners } = take(1_000);
  expect([peers.length, links.length, listeners]).toEqual([1_000, 2_000, 1_100]);
});

it('is pushed at once to who begins to watch, then only when something changed, and to nobody who left', () => {
  const { arrive, take } = world();
  const watchers = new Watchers(take);
  const [stays, stops, leaves, demoted] = [watcher(), watcher(), watcher(), watcher()];
  for (const socket of [stays, stops, leaves, demoted, stays]) watchers.set(socket, true, 1_000);
  expect([stays, stops, leaves, demoted].map((w) => w.seen.length)).toEqual([1, 1, 1, 1]);
  watchers.push(2_000);
  watchers.push(3_000);
  const before = stays.seen.length;
  watchers.set(stops, false, 3_000);
  leaves.connected = false;
  demoted.data.role = 'listener';
  arrive(1, 'anna');
  watchers.push(4_000);
  watchers.push(5_000);
  expect(stays.seen.length).toBe(before + 1);
  expect(stays.seen.at(-1)?.peers).toHaveLength(1);
  expect(stops.seen.length).toBe(before);
  expect(leaves.seen.length).toBe(before);
  expect(demoted.seen.length).toBe(before);
  expect(watchers.size).toBe(1);
});
