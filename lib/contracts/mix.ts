/** Mixes: tracks that go with a track, an album or an artist. */
import * as z from 'zod/mini';
import { MAX_MIX_SEEDS } from './choices';
import { accountId, id } from './ids';
import { shelfSeed } from './shelves';

/** Tracks of one mix. */
const MAX_MIX = 500;
/** Tracks that are in the queue already and are not wanted again: the latest of them. */
const MAX_MIX_WITHOUT = 500;

export const mixRequest = z.object({
  of: z.union([
    z.object({ kind: z.literal('tracks'), ids: z.array(id).check(z.minLength(1), z.maxLength(MAX_MIX_SEEDS)) }),
    z.object({ kind: z.literal('album'), id }),
    z.object({ kind: z.literal('artist'), id }),
  ]),
  without: z._default(z.array(id).check(z.maxLength(MAX_MIX_WITHOUT)), []),
  limit: z._default(z.int().check(z.gte(1), z.lte(MAX_MIX)), 50),
  /** Another one, another mix. */
  seed: shelfSeed,
});

/** Questions to services that mixes take (rpc.ts). */
export const mixQuestions = {
  /** Tracks that go with others, in the order in which they play. @throws `not_found` where those are not there */
  'catalog.mix': {
    params: z.object({ accountId, ...mixRequest.shape }),
    result: z.object({ trackIds: z.array(id) }),
  },
  /** Tracks that were heard near these, by this listener or by several others, and how often; the most often first. */
  'history.together': {
    params: z.object({ accountId, trackIds: z.array(id).check(z.minLength(1), z.maxLength(MAX_MIX_SEEDS)) }),
    result: z.object({ trackIds: z.array(id), times: z.array(z.int()) }),
  },
} as const;
