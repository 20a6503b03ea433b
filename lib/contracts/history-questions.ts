/** Questions to the history service (rpc.ts). */
import * as z from 'zod/mini';
import { page } from './catalog';
import { line } from './fields';
import {
  deviceId,
  forwarding,
  listeningStats,
  play,
  queueSummary,
  savedQueue,
  statsWindow,
  topTrack,
  trackBookmark,
} from './history';
import { accountId, id } from './ids';
import { componentHealth } from './reasons';
import { heardShelf, heardShelves, heardTrack, shelfLimit } from './shelves';

const nothing = z.object({});
const asAccount = { accountId };

export const historyQuestions = {
  /** The beginnings of all shelves of the home page. @throws `invalid_request` for a time zone that there is not */
  'history.shelves': {
    params: z.object({ ...asAccount, timeZone: line(64), limit: shelfLimit }),
    result: heardShelves,
  },
  'history.shelf': {
    params: z.object({ ...asAccount, shelf: heardShelf, timeZone: line(64), ...page.shape }),
    result: z.object({ heard: z.array(heardTrack), total: z.int() }),
  },
  'history.health': { params: nothing, result: componentHealth },
  'history.recent': {
    params: z.object({ ...asAccount, ...page.shape }),
    result: z.object({ plays: z.array(play), total: z.int() }),
  },
  /** Most played, by plays that count. */
  'history.top': {
    params: z.object({ ...asAccount, window: statsWindow, ...page.shape }),
    result: z.object({ tracks: z.array(topTrack), total: z.int() }),
  },
  /** The thousand tracks that this account played most, by plays that count: what search ranks by. */
  'history.played': {
    params: z.object(asAccount),
    result: z.object({ tracks: z.array(z.object({ trackId: id, plays: z.int() })) }),
  },
  'history.stats': {
    params: z.object({ ...asAccount, window: statsWindow, timeZone: line(64) }),
    result: listeningStats,
  },
  /** All plays, the oldest first, in pieces; `cursor` null: from the beginning, or no more. */
  'history.export': {
    params: z.object({ ...asAccount, cursor: z.nullable(line(200)) }),
    result: z.object({ plays: z.array(play), cursor: z.nullable(z.string()) }),
  },
  /** What a device saved, without `device` what was saved last; null: nothing is. */
  'history.queue': {
    params: z.object({ ...asAccount, device: z.optional(deviceId) }),
    result: z.object({ queue: z.nullable(savedQueue) }),
  },
  /** The last saved first. */
  'history.queues': { params: z.object(asAccount), result: z.object({ queues: z.array(queueSummary) }) },
  /** An empty queue is forgotten. */
  'history.saveQueue': { params: z.object({ ...asAccount, device: deviceId, queue: savedQueue }), result: nothing },
  'history.bookmarks': { params: z.object(asAccount), result: z.object({ bookmarks: z.array(trackBookmark) }) },
  'history.setBookmark': {
    params: z.object({
      ...asAccount,
      trackId: id,
      positionMs: trackBookmark.shape.positionMs,
      comment: trackBookmark.shape.comment,
    }),
    result: nothing,
  },
  'history.deleteBookmark': { params: z.object({ ...asAccount, trackId: id }), result: nothing },
  'history.forwarding': { params: z.object(asAccount), result: forwarding },
  /** `token` null: forward no more, and forget the token. @throws `forbidden` when the other server does not know it */
  'history.forward': {
    params: z.object({ ...asAccount, token: z.nullable(line(200, 8)) }),
    result: forwarding,
  },
} as const;
