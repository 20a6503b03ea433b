import * as z from 'zod/mini';

/** At most this many pairs cross a boundary: a set more ragged than that is trimmed to its longest runs by the sender. */
export const MAX_RANGE_PAIRS = 256;
/** 2^20 chunks of 64 KiB: an asset of 64 GiB. */
export const MAX_CHUNKS = 1_048_576;

/**
 * A set of chunk numbers as half-open pairs, flattened: `[0, 3, 7, 9]` is {0, 1, 2, 7, 8}.
 * Ascending, not empty, not touching.
 */
export const ranges = z.array(z.int().check(z.gte(0), z.lte(MAX_CHUNKS))).check(
  z.maxLength(MAX_RANGE_PAIRS * 2),
  z.refine((r) => r.length % 2 === 0 && r.every((n, i) => i === 0 || n > (r[i - 1] ?? 0)), 'must be ascending pairs'),
);
export type Ranges = z.infer<typeof ranges>;
