import { describe, expect, it } from 'vitest';
import { type Circumstances, MAX_MISSED_PRESSES, preparationOfNext, preparationOfPress } from './preparation';

const fine: Circumstances = { mode: 'considerate', metered: false, cpuBusy: false, fetching: true, bufferedS: 20 };

describe('the next track', () => {
  it.each<[string, number, Partial<Circumstances>, string]>([
    ['long before', 200, {}, 'beginning'],
    ['half a minute before', 30, {}, 'swarm'],
    ['while the one before needs the line', 200, { bufferedS: 14 }, 'grant'],
    ['once that is whole', 200, { bufferedS: 2, fetching: false }, 'beginning'],
    ['for who does not share', 200, { mode: 'off' }, 'beginning'],
    ['on a line that costs money', 200, { metered: true }, 'grant'],
    ['on a line that costs money, half a minute before', 30, { metered: true }, 'swarm'],
    ['on a busy processor', 200, { cpuBusy: true }, 'grant'],
    ['on a busy processor, half a minute before', 30, { cpuBusy: true, bufferedS: 0 }, 'swarm'],
  ])('is prepared %s', (_, inS, over, expected) => {
    expect(preparationOfNext(inS, { ...fine, ...over })).toBe(expected);
  });
});

describe('a track that the pointer rests on', () => {
  it.each<[string, Partial<Circumstances>, number, string]>([
    ['in general', {}, 0, 'beginning'],
    ['while nothing plays', { fetching: false, bufferedS: 0 }, 0, 'beginning'],
    ['while playback is in danger', { bufferedS: 2.9 }, 0, 'grant'],
    ['for who does not share', { mode: 'off' }, 0, 'grant'],
    ['for who shares while idle', { mode: 'idle-only' }, 0, 'beginning'],
    ['on a line that costs money', { metered: true }, 0, 'grant'],
    ['on a busy processor', { cpuBusy: true }, 0, 'grant'],
    ['after some that were not pressed', {}, MAX_MISSED_PRESSES - 1, 'beginning'],
    ['after many that were not pressed', {}, MAX_MISSED_PRESSES, 'grant'],
  ])('is prepared %s', (_, over, missed, expected) => {
    expect(preparationOfPress(missed, { ...fine, ...over })).toBe(expected);
  });
});
