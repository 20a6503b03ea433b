import { beforeEach, describe, expect, it } from 'vitest';
import type { Report } from '@/lib/contracts/signaling';
import { Reports } from './reports';
import { takeSnapshot } from './swarm-snapshot';
import { Tracker } from './tracker/tracker';
import { DEVICE } from './tracker/tracker-fixtures';

const T0 = 1_000_000_000;
const V = 'version';
let tracker: Tracker;
let reports: Reports;

function report(more: Omit<Partial<Report>, 'bytes'> & { bytes?: Partial<Report['bytes']> } = {}): Report {
  return {
    mode: 'considerate',
    playing: true,
    trackId: null,
    links: [],
    stalls: 0,
    blamed: [],
    ...more,
    bytes: { cache: 0, peer: 0, origin: 0, uploaded: 0, ...more.bytes },
  };
}

beforeEach(() => {
  tracker = new Tracker(() => 0.5);
  reports = new Reports(tracker);
  for (const peer of ['a', 'b', 'c']) {
    const place = { address: '192.0.2.1', network: '192.0.2.0/24', region: null };
    tracker.arrive({ peer, account: `of-${peer}`, place, device: DEVICE, mode: 'considerate' }, T0);
  }
  tracker.join('a', V, [0, 9], T0);
  tracker.join('b', V, [], T0);
});

const sent = (peer: string, bytes: number) => ({ peer, sent: bytes, received: 0 });
const received = (peer: string, bytes: number) => ({ peer, sent: 0, received: bytes });
const linkBytes = () => takeSnapshot(tracker, reports, T0).links;

describe('bytes over a link', () => {
  it('count when both ends have said so, in whichever order, and once', () => {
    reports.take('b', report({ bytes: { peer: 500 }, links: [received('a', 500)] }), T0);
    expect(reports.totals.peer).toBe(0);
    reports.take('a', report({ bytes: { uploaded: 300 }, links: [sent('b', 300)] }), T0);
    expect(reports.totals.peer).toBe(300);
    reports.take('a', report({ links: [sent('b', 900)] }), T0);
    reports.take('b', report({ links: [received('gone meanwhile', 1), received('a', 100)] }), T0);
    expect(reports.totals.peer).toBe(600);
    expect(linkBytes()).toEqual([{ a: 'b', b: 'a', bytes: 600 }]);
  });

  it('do not count between peers that the tracker did not pair', () => {
    reports.take('a', report({ links: [sent('c', 900)] }), T0);
    reports.take('c', report({ links: [received('a', 900)] }), T0);
    reports.take('c', report({ links: [received('nobody', 900)] }), T0);
    expect(reports.totals.peer).toBe(0);
  });

  it('do not count when one end alone invents them, and are flagged once', () => {
    const lies = report({ links: [sent('b', 100_000_000)] });
    expect(reports.take('a', lies, T0).flags).toEqual([
      { kind: 'disagreement', from: 'a', to: 'b', sent: 100_000_000, received: 0 },
    ]);
    expect(reports.take('a', lies, T0 + 2_000).flags).toEqual([]);
    expect(reports.totals.peer).toBe(0);
    expect(reports.outliers).toBe(1);
  });

  it('may differ a little between the ends', () => {
    reports.take('a', report({ links: [sent('b', 5_000_000)] }), T0);
    expect(reports.outliers).toBe(0);
  });
});

describe('what a tab says of itself', () => {
  it('adds up, by tab and altogether', () => {
    reports.take('a', report({ bytes: { cache: 10, origin: 20, uploaded: 5 }, stalls: 1 }), T0);
    reports.take('a', report({ bytes: { cache: 1, origin: 2 }, stalls: 1, mode: 'off', trackId: 't' }), T0 + 2_000);
    expect(reports.totals).toEqual({ cache: 11, peer: 0, origin: 22, uploaded: 5, stalls: 2 });
    const shown = takeSnapshot(tracker, reports, T0).peers.find((p) => p.peer === 'a');
    expect(shown).toMatchObject({ mode: 'off', trackId: 't', bytes: { cache: 11, peer: 0, origin: 22, uploaded: 5 } });
  });

  it.each([
    ['bytes', report({ bytes: { origin: Number.MAX_SAFE_INTEGER } })],
    ['links', report({ bytes: { peer: 1 }, links: [received('a', Number.MAX_SAFE_INTEGER)] })],
    ['stalls', report({ stalls: 1_000_000 })],
  ])('is not counted when it cannot be true: %s', (_what, lie) => {
    const { flags } = reports.take('b', lie, T0);
    expect(flags).toEqual([{ kind: 'implausible', peer: 'b', account: 'of-b' }]);
    expect(reports.totals).toEqual({ cache: 0, peer: 0, origin: 0, uploaded: 0, stalls: 0 });
    expect(reports.outliers).toBe(1);
  });

  it('is nothing from a peer that is not here', () => {
    expect(reports.take('nobody', report({ bytes: { cache: 5 } }), T0)).toEqual({ updates: [], flags: [] });
    expect(reports.totals.cache).toBe(0);
  });
});

it('rates are of the last ten seconds', () => {
  reports.take('a', report({ bytes: { origin: 1_000 } }), T0);
  expect(reports.rates(T0).origin).toBe(100);
  reports.take('a', report({ bytes: { origin: 1_000, cache: 10 } }), T0 + 5_000);
  expect(reports.rates(T0 + 9_999)).toEqual({ cache: 1, peer: 0, origin: 200 });
  expect(reports.rates(T0 + 10_000).origin).toBe(100);
  expect(reports.rates(T0 + 15_000).origin).toBe(0);
});

it('blame parts the two at once and is told to the log', () => {
  const { updates, flags } = reports.take('b', report({ blamed: [{ peer: 'a', version: V, chunk: 3 }] }), T0);
  expect(updates).toEqual([
    { to: 'b', event: 'gone', data: { peer: 'a' } },
    { to: 'a', event: 'gone', data: { peer: 'b' } },
  ]);
  expect(flags).toEqual([{ kind: 'blamed', peer: 'a', account: 'of-a', by: 'b', accounts: 1, version: V, chunk: 3 }]);
  expect(tracker.isPaired('a', 'b')).toBe(false);
});
