import { beforeEach, describe, expect, it } from 'vitest';
import type { Priority } from '@/lib/contracts/frames';
import { HandClock } from '@/lib/util/testing/hand-clock';
import { type Upload, Uploads } from './uploads';

const CHUNK_BYTES = 65_552;
const clockTurns = 20;
const settled = () => new Promise((resolve) => setImmediate(resolve));

let clock: HandClock;
let uploads: Uploads;
/** Frames handed over, by request number, in order. */
let frames: number[];
/** Requests whose link takes no frame until it is taken out. */
let stuck: Map<number, () => void>;

beforeEach(() => {
  clock = new HandClock();
  uploads = new Uploads({
    clock,
    notServing: () => null,
    read: async () => new Uint8Array(CHUNK_BYTES),
  });
  frames = [];
  stuck = new Map();
});

function offer(request: number, owner: object, priority: Priority, isStuck = false) {
  const upload: Upload = {
    owner,
    request,
    versionId: 'v',
    chunk: 0,
    priority,
    data: () => {
      frames.push(request);
      return isStuck ? new Promise((resolve) => stuck.set(request, resolve)) : Promise.resolve();
    },
    refuse: () => {},
  };
  uploads.offer(upload);
}

const begun = () => [...new Set(frames)];

async function pass(ms: number) {
  for (let i = 0; i < clockTurns; i++) {
    clock.pass(ms / clockTurns);
    await settled();
  }
}

describe('uploads', () => {
  it('are four at a time over all links and two of one', async () => {
    const links = [{}, {}, {}];
    let request = 0;
    for (const link of links) for (let i = 0; i < 3; i++) offer(request++, link, 'stream', true);
    await settled();
    expect(begun()).toEqual([0, 1, 3, 4]);
  });

  it('of an urgent request begin at once, beyond the slots and before those that came first', async () => {
    for (let i = 0; i < 4; i++) offer(i, {}, 'stream', true);
    await settled();
    offer(4, {}, 'stream', true);
    offer(5, {}, 'urgent', true);
    await settled();
    expect(begun()).toEqual([0, 1, 2, 3, 5]);
    stuck.get(5)?.();
  });

  it('let an urgent one go first between two frames', async () => {
    offer(0, {}, 'prefetch');
    offer(1, {}, 'urgent');
    await pass(1000);
    const last = frames.lastIndexOf(1);
    // The other may have had its first frame under way, no more before the urgent one is through.
    expect(frames.slice(0, last).filter((request) => request === 0).length).toBeLessThanOrEqual(1);
    expect(frames.filter((request) => request === 0)).toHaveLength(5);
    expect(frames.filter((request) => request === 1)).toHaveLength(5);
  });

  it('do not wait for an urgent one whose link takes nothing', async () => {
    offer(0, {}, 'urgent', true);
    offer(1, {}, 'prefetch');
    await settled();
    expect(begun()).toEqual([0]);
    await pass(3000);
    expect(frames.filter((request) => request === 1)).toHaveLength(5);
  });
});
