import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ChunkSet } from '@/lib/assets/ranges';
import { EnxameError } from '@/lib/contracts/errors';
import type { Grant } from '@/lib/contracts/playback';
import type { PeerCoverage } from '@/lib/contracts/signaling';
import { HandClock } from '@/lib/util/testing/hand-clock';
import { type Member, SwarmMembership } from './swarm-membership';

const settled = () => new Promise((resolve) => setImmediate(resolve));
const other: PeerCoverage = { peer: 'other', have: [0, 3] };

let clock: HandClock;
let up: boolean;
/** Joins that the tracker has not answered yet. */
let joins: { answer: (peers: PeerCoverage[]) => void; refuse: (error: unknown) => void }[];
let attached: boolean;
let isFresh: boolean;
let isPlaying: boolean;
let tellAgainMs: number | null;
const said: string[] = [];
const renew = vi.fn(async () => {});
const member = {
  versionId: 'v',
  get isPlaying() {
    return isPlaying;
  },
  announced: () => ChunkSet.of([0]),
  peerLinked: () => said.push('plan'),
  close: () => said.push('close'),
  revoked: (error: EnxameError) => said.push(`revoked: ${error.code}`),
};
let membership: SwarmMembership;

beforeEach(() => {
  clock = new HandClock();
  [up, attached, isFresh, isPlaying, tellAgainMs] = [true, true, true, true, null];
  joins = [];
  said.length = 0;
  renew.mockClear();
  const renewer = {
    grant: { ticket: 'ticket' } as Grant,
    get isFresh() {
      return isFresh;
    },
    renew,
  };
  membership = new SwarmMembership(member as unknown as Member, renewer, {
    clock,
    isTrackerUp: () => up,
    signaling: {
      join: (_, ticket) => {
        said.push(`join: ${ticket}`);
        return new Promise((answer, refuse) => joins.push({ answer, refuse }));
      },
      have: (_, have) => said.push(`have: ${have}`),
      leave: () => said.push('leave'),
    },
    pool: {
      isAttached: () => attached,
      showTicket: () => said.push('show ticket'),
      tellHave: () => {
        said.push('tell peers');
        return tellAgainMs;
      },
    },
  });
});

/** What was said since the last call. */
const since = () => said.splice(0);

describe('a membership', () => {
  it('is asked for once, and then shows the ticket, plans, and tells what is held', async () => {
    membership.join();
    membership.join();
    expect(since()).toEqual(['join: ticket']);
    joins[0]?.answer([other]);
    await settled();
    expect(since()).toEqual(['show ticket', 'plan']);
    expect(membership.coverage.isKnown).toBe(true);
    expect(membership.coverage.has('other')).toBe(true);
    clock.pass(1000);
    expect(since()).toEqual(['tell peers', 'have: 0,1']);
    membership.join();
    expect(since()).toEqual([]);
  });

  it('waits for the tracker, and is asked for anew when the connection was lost', async () => {
    up = false;
    membership.join();
    expect(since()).toEqual([]);
    up = true;
    membership.trackerChanged();
    joins[0]?.answer([]);
    await settled();
    since();
    up = false;
    membership.trackerChanged();
    membership.announceNow();
    expect(since()).toEqual(['tell peers']);
    up = true;
    membership.trackerChanged();
    expect(since()).toEqual(['join: ticket']);
  });

  it('does not take the answer to an attempt that a lost connection overtook', async () => {
    membership.join();
    membership.trackerChanged();
    expect(since()).toEqual(['join: ticket', 'join: ticket']);
    joins[0]?.answer([other]);
    await settled();
    expect(membership.coverage.isKnown).toBe(false);
    joins[1]?.answer([other]);
    await settled();
    expect(membership.coverage.isKnown).toBe(true);
  });

  it('is asked for again some time after a failure, with a new grant where the ticket was refused', async () => {
    membership.join();
    joins[0]?.refuse(new EnxameError('bad_token', 'The ticket is over.'));
    await settled();
    expect(renew).toHaveBeenCalledTimes(1);
    since();
    clock.pass(1999);
    expect(since()).toEqual([]);
    clock.pass(1);
    expect(since()).toEqual(['join: ticket']);
  });

  it.each([true, false])(
    'means revocation where the tracker says so (and the connection was lost: %s)',
    async (lost) => {
      membership.join();
      if (lost) membership.trackerChanged();
      since();
      joins[0]?.refuse(new EnxameError('version_retired', 'The file changed.'));
      await settled();
      expect(since()).toEqual(['revoked: version_retired']);
    },
  );

  it('is not worth a new grant where nothing plays', async () => {
    isFresh = false;
    membership.join();
    await settled();
    expect(since()).toEqual(['join: ticket']);
    expect(renew).toHaveBeenCalledTimes(1);
    up = false;
    membership.trackerChanged();
    up = true;
    isPlaying = false;
    membership.trackerChanged();
    await settled();
    expect(since()).toEqual(['close']);
    expect(renew).toHaveBeenCalledTimes(1);
  });
});

describe('the end of a membership', () => {
  it.each<[string, boolean, () => Promise<void> | void, string[]]>([
    ['nothing where it was idle', true, () => {}, []],
    ['the tracker where it was joining', true, () => membership.join(), ['leave']],
    [
      'the tracker where it had joined',
      true,
      async () => {
        membership.join();
        joins[0]?.answer([]);
        await settled();
      },
      ['leave'],
    ],
    ['nobody where the whole peer closes', false, () => membership.join(), []],
  ])('tells %s', async (_, leave, before, expected) => {
    await before();
    since();
    membership.close(leave);
    expect(since()).toEqual(expected);
    expect(membership.hasEnded).toBe(true);
    membership.join();
    membership.trackerChanged();
    membership.announceSoon();
    clock.pass(10_000);
    expect(since()).toEqual([]);
  });

  it.each([
    ['leaves again when the answer comes after it', false, ['leave']],
    ['leaves to the next session of the version what it joined', true, []],
  ])('%s', async (_, isAttachedAnew, expected) => {
    membership.join();
    membership.close(true);
    attached = isAttachedAnew;
    since();
    joins[0]?.answer([other]);
    await settled();
    expect(since()).toEqual(expected);
    expect(membership.coverage.isKnown).toBe(false);
  });

  it('cancels the next attempt', async () => {
    membership.join();
    joins[0]?.refuse(new EnxameError('unavailable', 'Away.'));
    await settled();
    membership.close(true);
    since();
    clock.pass(10_000);
    expect(since()).toEqual([]);
  });
});

describe('what is held here', () => {
  it('is told to peers at once and then as they need it, and to the tracker once a second', async () => {
    membership.join();
    joins[0]?.answer([]);
    await settled();
    since();
    for (let i = 0; i < 5; i++) membership.announceSoon();
    clock.pass(200);
    expect(since()).toEqual(['tell peers', 'have: 0,1']);
    tellAgainMs = 500;
    membership.announceSoon();
    clock.pass(200);
    expect(since()).toEqual(['tell peers']);
    tellAgainMs = null;
    clock.pass(500);
    expect(since()).toEqual(['tell peers']);
    clock.pass(1000);
    expect(since()).toEqual(['have: 0,1']);
  });
});
