/** Fields that several contracts share: free text, and sets of chunk numbers. */
import * as z from 'zod/mini';

/**
 * Text as people type it, or as another program sends it. Databases take neither NUL nor halves of surrogate pairs; other control
 * characters are no part of a name. Every field of a request that holds free text is one of these (requests.test.ts).
 */
const plain = (pattern: RegExp) => z.regex(pattern, 'must not hold control characters');

/** One line, without white space around it. @param max characters */
export const line = (max: number, min = 0) =>
  z.string().check(z.trim(), z.minLength(min), z.maxLength(max), plain(/^[^\p{Cc}\p{Cs}]*$/u));
/** As {@link line}, with line breaks and tabs. */
export const lines = (max: number) =>
  z.string().check(z.trim(), z.maxLength(max), plain(/^(?:[^\p{Cc}\p{Cs}]|[\t\n\r])*$/u));
/** A path may hold anything but NUL, and its white space matters. */
export const path = z.string().check(z.minLength(1), z.maxLength(4096), plain(/^[^\0\p{Cs}]*$/u));
export const email = z.email().check(z.maxLength(254));
/** The form in which addresses are kept and compared. */
export const normalEmail = (address: string) => address.trim().toLowerCase();

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
