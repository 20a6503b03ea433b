/** Shelves of the home page: short lists of what a listener may want to hear now. */
import * as z from 'zod/mini';
import { album, track } from './catalog';
import { id } from './ids';

/** Of one shelf, at most. */
export const MAX_ON_SHELF = 50;
/** Tracks heard lately by which the catalogue tells which albums were begun. */
export const MAX_HEARD_LATELY = 300;

export const shelfLimit = z._default(z.int().check(z.gte(1), z.lte(MAX_ON_SHELF)), 12);
/** Chooses which albums are shown by chance. */
export const shelfSeed = z._default(z.int().check(z.gte(0), z.lte(0x7fffffff)), 0);

/** A track as a listener heard it. */
export const heardTrack = z.object({
  trackId: id,
  /** Plays that count; of what was heard on this day of other years, those of that day. */
  plays: z.int(),
  /** Epoch ms. */
  lastAt: z.int(),
});
export type HeardTrack = z.infer<typeof heardTrack>;

/** Shelves that are made of plays alone: most played; played often and not for long; played on this day of other years. */
export const heardShelf = z.enum(['most-played', 'rediscover', 'on-this-day']);
export type HeardShelf = z.infer<typeof heardShelf>;

/** What the history knows for all shelves. */
export const heardShelves = z.object({
  /** Each track once, the last heard first. */
  recent: z.array(heardTrack),
  mostPlayed: z.array(heardTrack),
  rediscover: z.array(heardTrack),
  onThisDay: z.array(heardTrack),
});

/** An album that was begun and not heard to its end. */
export const begunAlbum = z.object({
  album,
  /** Where to go on. */
  trackId: id,
  /** Its place on the album, from 1. */
  position: z.int(),
});
export type BegunAlbum = z.infer<typeof begunAlbum>;

/** What the catalogue knows for all shelves. */
export const albumShelves = z.object({
  /** The last heard first. */
  begun: z.array(begunAlbum),
  added: z.array(album),
  random: z.array(album),
  /** Of the year of what was heard last; null where that is not known. */
  sameYear: z.nullable(z.object({ year: z.int(), albums: z.array(album) })),
});

/** All shelves; what a listener has nothing for is empty. */
export const homeShelves = z.object({
  ...albumShelves.shape,
  recent: z.array(track),
  mostPlayed: z.array(track),
  rediscover: z.array(track),
  onThisDay: z.array(track),
});
export type HomeShelves = z.infer<typeof homeShelves>;
