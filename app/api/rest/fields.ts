/** Parameters that several endpoints take, with the limits of what is asked of services. */
import * as z from 'zod/mini';
import { line, lines } from '@/lib/contracts/fields';

/** Names something here; what cannot be an id of ours names nothing. */
export const id = line(100, 1);
/** An app that was offline for long hands in what it played then in several requests. */
export const playedIds = z.array(id).check(z.minLength(1), z.maxLength(500));
export const anyIds = z.array(id).check(z.maxLength(5_000));
export const text = line(1000);
export const longText = lines(2000);
const whole = z.int().check(z.gte(0), z.lte(Number.MAX_SAFE_INTEGER));
export const flag = (absent: boolean) => z._default(z.boolean(), absent);
export const years = { fromYear: z.optional(year()), toYear: z.optional(year()) };
/** Where a page begins. */
export const offset = z._default(z.int().check(z.gte(0), z.lte(1_000_000)), 0);
export const milliseconds = whole;

/** How many are wanted; more than a page is a page, as clients ask for "all" by a large number. */
export const size = (absent: number) =>
  z._default(
    z.pipe(
      z.int().check(z.gte(0)),
      z.transform((n: number) => Math.min(n, 500)),
    ),
    absent,
  );

function year() {
  return z.int().check(z.gte(0), z.lte(9999));
}

/** What is wanted that is like something. */
export const like = z.object({ id, count: size(50) });
