/** What a listener played: reports of the player, lists, numbers, and forwarding to another server. */
import * as z from 'zod/mini';
import { page, track } from '../catalog';
import { line } from '../fields';
import { forwarding, play, statsWindow, topTrack } from '../history';
import { id } from '../ids';
import { rpc } from '../rpc';
import { endpoint } from './endpoint';
import { accepted } from './playlists';

const window = z._default(statsWindow, 'month');
const withTracks = { tracks: z.array(track) };
const recent = z.object({ ...rpc['history.recent'].result.shape, ...withTracks });
const top = z.object({ top: z.array(topTrack), total: z.int(), ...withTracks });

/** An event of the player. */
const playEvent = z.object({
  type: z.enum(['started', 'finished', 'skipped']),
  trackId: id,
  playId: id,
  positionS: z.number().check(z.gte(0)),
  /** How long ago it happened, when the server could not be told at once; at most a day. */
  agoS: z.optional(z.number().check(z.gte(0), z.lte(86_400))),
  listenedS: z.optional(z.number().check(z.gte(0), z.lte(1e7))),
  durationS: z.optional(z.number().check(z.gte(0), z.lte(1e7))),
  bytes: z.optional(
    z.object({
      cache: z.int().check(z.gte(0)),
      peer: z.int().check(z.gte(0)),
      origin: z.int().check(z.gte(0)),
    }),
  ),
});

/** A play as people keep it. */
const exportedPlay = z.object({
  ...play.shape,
  /** ISO 8601. */
  startedAt: z.string(),
  /** Null where the track is not in the catalogue any more. */
  title: z.nullable(z.string()),
  artist: z.nullable(z.string()),
  album: z.nullable(z.string()),
});
export type ExportedPlay = z.infer<typeof exportedPlay>;

export const history = {
  recent: endpoint({
    method: 'GET',
    path: '/api/history',
    access: 'listener',
    summary: 'What you played, the newest first, with the tracks.',
    query: page,
    answer: recent,
  }),
  top: endpoint({
    method: 'GET',
    path: '/api/history/top',
    access: 'listener',
    summary: 'What you played most, by plays that count: `top` has the numbers, `tracks` the names.',
    query: z.object({ window, ...page.shape }),
    answer: top,
  }),
  statistics: endpoint({
    method: 'GET',
    path: '/api/history/stats',
    access: 'listener',
    summary: 'Your numbers. `timeZone`: whose days and hours, by its IANA name.',
    query: z.object({ window, timeZone: z._default(line(64), 'UTC') }),
    answer: rpc['history.stats'].result,
  }),
  export: endpoint({
    method: 'GET',
    path: '/api/history/export',
    access: 'listener',
    summary: 'All your plays as one document, the oldest first. One that broke off has no end.',
    answer: z.object({ exportedAt: z.string(), plays: z.array(exportedPlay), count: z.int() }),
    streamed: true,
  }),
  forwarding: endpoint({
    method: 'GET',
    path: '/api/history/forwarding',
    access: 'listener',
    summary: 'How the forwarding of your plays to a ListenBrainz-compatible server stands.',
    answer: forwarding,
  }),
  forward: endpoint({
    method: 'PUT',
    path: '/api/history/forwarding',
    access: 'listener',
    summary: 'Starts forwarding with a token of the other server, which is checked there and never told; null ends it.',
    body: z.object({ token: z.nullable(line(200, 8)) }),
    answer: forwarding,
  }),
  report: endpoint({
    method: 'POST',
    path: '/api/plays',
    access: 'listener',
    summary: 'Reports that a play started, finished or was skipped.',
    body: playEvent,
    status: 202,
    answer: accepted,
  }),
} as const;
