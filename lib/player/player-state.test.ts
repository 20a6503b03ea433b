import { describe, expect, it } from 'vitest';
import { someTrack } from '@/lib/contracts/catalog.fixture';
import { createStore, type PlayerParts, visibleState } from './player-state';
import { emptyQueue } from './queue';

const track = someTrack({ durationS: 61.5 });
const trouble = { code: 'unavailable', message: 'Again soon.' } as const;

const deck: PlayerParts['deck'] = {
  loaded: true,
  playWhenReady: true,
  phase: 'playing',
  route: 'swarm',
  positionS: 7,
  durationS: 60,
  bufferedToS: 20,
  trouble: null,
  stalls: 0,
};
const parts: PlayerParts = {
  queue: { ...emptyQueue, items: [{ key: 'k', track }], index: 0 },
  deck,
  sound: {
    volume: 1,
    muted: false,
    volumeFixed: false,
    gain: { mode: 'off', preampDb: 0 },
    speed: 1,
    crossfadeS: 0,
    sleep: null,
  },
  resumeS: 12,
  error: null,
  ended: false,
  noSharing: null,
};

describe('the visible state', () => {
  it.each<[string, Partial<PlayerParts>]>([
    ['playing', {}],
    ['loading', { deck: { ...deck, phase: 'loading' } }],
    ['stalled', { deck: { ...deck, phase: 'stalled' } }],
    ['paused', { deck: { ...deck, playWhenReady: false } }],
    ['paused', { deck: { ...deck, loaded: false } }],
    ['ended', { ended: true }],
    ['error', { error: trouble, ended: true }],
    ['idle', { queue: emptyQueue, error: trouble }],
  ])('is %s', (status, change) => {
    expect(visibleState({ ...parts, ...change }).status).toBe(status);
  });

  it('shows the deck’s position, and with no track on it the position where the chosen one will begin', () => {
    expect(visibleState(parts)).toMatchObject({ positionS: 7, durationS: 60, bufferedToS: 20 });
    const rest = visibleState({ ...parts, deck: { ...deck, loaded: false } });
    expect(rest).toMatchObject({ positionS: 12, durationS: 61.5, bufferedToS: 0 });
  });

  it('does not show what is tried again while sound plays', () => {
    expect(visibleState({ ...parts, deck: { ...deck, trouble } }).error).toBe(null);
    expect(visibleState({ ...parts, deck: { ...deck, trouble, phase: 'stalled' } }).error).toEqual(trouble);
  });
});

describe('a store', () => {
  it('keeps its value until something differs, then replaces it and tells', () => {
    const store = createStore({ a: 1, b: 'x' });
    const before = store.get();
    let told = 0;
    const stop = store.subscribe(() => told++);
    store.set({ a: 1 });
    expect([store.get() === before, told]).toEqual([true, 0]);
    store.set({ a: 2 });
    expect([store.get(), before, told]).toEqual([{ a: 2, b: 'x' }, { a: 1, b: 'x' }, 1]);
    stop();
    store.set({ a: 3 });
    expect(told).toBe(1);
  });
});
