/**
 * Text as people type it, or as another program sends it. Databases take neither NUL nor halves of surrogate pairs; other control
 * characters are no part of a name. Every field of a request that holds free text is one of these (requests.test.ts).
 */
import * as z from 'zod/mini';

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
