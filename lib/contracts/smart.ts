/** Smart playlists: rules that choose tracks, and what else decides which of them in what order. */
import * as z from 'zod/mini';
import { line } from './fields';
import { accountId, id } from './ids';
import { markedKind } from './marks';
import { shelfSeed } from './shelves';
import {
  faultOfRules,
  MAX_SMART_LIMIT,
  MAX_SMART_RULES,
  MAX_SMART_SORTS,
  MAX_SMART_TEXT_CHARS,
  SMART_FIELD_NAMES,
  SMART_OPERATOR_NAMES,
  SMART_SORT_KEYS,
  type SmartRules,
} from './smart-fields';

const text = line(MAX_SMART_TEXT_CHARS, 1);

const condition = z.object({
  field: z.enum(SMART_FIELD_NAMES),
  op: z.enum(SMART_OPERATOR_NAMES),
  value: z.union([text, z.number(), z.boolean(), z.tuple([text, text]), z.tuple([z.number(), z.number()]), z.null()]),
});

const match = z.enum(['all', 'any']);
const groupOf = <T extends z.ZodMiniType>(rule: T) => ({
  match,
  rules: z.array(rule).check(z.maxLength(MAX_SMART_RULES)),
});
// As deep as MAX_SMART_DEPTH: who parses it cannot be led deeper.
const innermost = z.object(groupOf(condition));
const inner = z.object(groupOf(z.union([condition, innermost])));

export const smartRules = z
  .object({
    ...groupOf(z.union([condition, inner])),
    sort: z._default(
      z
        .array(z.object({ by: z.enum(SMART_SORT_KEYS), order: z.enum(['asc', 'desc']) }))
        .check(z.maxLength(MAX_SMART_SORTS)),
      [],
    ),
    limit: z._default(z.nullable(z.int().check(z.gte(1), z.lte(MAX_SMART_LIMIT))), null),
  })
  .check((given) => {
    // Of the whole: a fault within one of several forms of a rule would not be told.
    const fault = faultOfRules(given.value as SmartRules);
    if (fault !== null) given.issues.push({ code: 'custom', message: fault, input: given.value, path: ['rules'] });
  });

/** A part of the tracks that rules choose. */
const smartTracks = z.object({
  trackIds: z.array(z.string()),
  /** How many all of them are, and how long they take. */
  total: z.int(),
  durationS: z.number(),
});
/** Tracks in one answer: as many as a queue holds. */
export const MAX_SMART_PAGE = 10_000;

/** Numbers of one account's plays, and its marks, come in columns and in parts: a listener may have heard a whole library. */
const MAX_FACTS_PAGE = 100_000;

const factsLimit = z._default(z.int().check(z.gte(1), z.lte(MAX_FACTS_PAGE)), MAX_FACTS_PAGE);

/** Questions to services that smart playlists take (rpc.ts). */
export const smartQuestions = {
  /** A part of the tracks that the rules of a smart playlist choose by what this account plays and marks. `seed`: of the order by chance. */
  'catalog.smart': {
    params: z.object({
      accountId,
      rules: smartRules,
      offset: z.int().check(z.gte(0), z.lte(10_000_000)),
      limit: z.int().check(z.gte(0), z.lte(MAX_SMART_PAGE)),
      seed: z.optional(shelfSeed),
    }),
    result: smartTracks,
  },
  /** All marks of one kind, by their ids, in parts and columns; the answer's `next` is the `after` of the part behind it, or null. */
  'playlists.markColumns': {
    params: z.object({ accountId, kind: markedKind, after: z.nullable(id), limit: factsLimit }),
    result: z.object({
      ids: z.array(z.string()),
      lovedAt: z.array(z.nullable(z.number())),
      ratings: z.array(z.nullable(z.number())),
      next: z.nullable(id),
    }),
  },
  /** How often each track was played and skipped, and when it was played last (epoch ms, null: never), by track, in parts and columns. */
  'history.playNumbers': {
    params: z.object({ accountId, after: z.nullable(id), limit: factsLimit }),
    result: z.object({
      trackIds: z.array(z.string()),
      plays: z.array(z.number()),
      skips: z.array(z.number()),
      lastAt: z.array(z.nullable(z.number())),
      next: z.nullable(id),
    }),
  },
} as const;
