import { expect, it } from 'vitest';
import { NEWS_EARLY_CHUNKS, NEWS_EVERY_MS, NEWS_IDLE_MS } from './constants';
import { type News, tellInMs } from './gossip';

const news = (more: Partial<News>): News => ({
  toldAgoMs: 300,
  more: true,
  less: false,
  wanted: true,
  holds: NEWS_EARLY_CHUNKS,
  ...more,
});

it.each<[string, Partial<News>, number | null]>([
  ['was never told: at once', { toldAgoMs: null, more: false }, 0],
  ['would ask for what is gone: at once', { less: true, more: false }, 0],
  ['is at its start and lacks it: at once', { holds: NEWS_EARLY_CHUNKS - 1 }, 0],
  ['knows all of it: never', { more: false }, null],
  ['lacks it, and has some: within a second', {}, NEWS_EVERY_MS - 300],
  ['lacks it, and was told long ago: at once', { toldAgoMs: NEWS_EVERY_MS + 1 }, 0],
  ['has it already: seldom', { wanted: false }, NEWS_IDLE_MS - 300],
  ['has it already, though at its start: seldom', { wanted: false, holds: 1 }, NEWS_IDLE_MS - 300],
])('a neighbour that %s', (_, given, expected) => {
  expect(tellInMs(news(given))).toBe(expected);
});
