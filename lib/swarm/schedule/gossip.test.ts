import { expect, it } from 'vitest';
import { TELL_EARLY_CHUNKS, TELL_EVERY_MS, TELL_IDLE_MS } from './constants';
import { tellInMs, type Untold } from './gossip';

const untold = (more: Partial<Untold>): Untold => ({
  toldAgoMs: 300,
  more: true,
  less: false,
  wanted: true,
  holds: TELL_EARLY_CHUNKS,
  ...more,
});

it.each<[string, Partial<Untold>, number | null]>([
  ['was never told: at once', { toldAgoMs: null, more: false }, 0],
  ['would ask for what is gone: at once', { less: true, more: false }, 0],
  ['is at its start and lacks it: at once', { holds: TELL_EARLY_CHUNKS - 1 }, 0],
  ['knows all of it: never', { more: false }, null],
  ['lacks it, and has some: within a second', {}, TELL_EVERY_MS - 300],
  ['lacks it, and was told long ago: at once', { toldAgoMs: TELL_EVERY_MS + 1 }, 0],
  ['has it already: seldom', { wanted: false }, TELL_IDLE_MS - 300],
  ['has it already, though at its start: seldom', { wanted: false, holds: 1 }, TELL_IDLE_MS - 300],
])('a peer that %s', (_, given, expected) => {
  expect(tellInMs(untold(given))).toBe(expected);
});
