import * as z from 'zod/mini';
import { type ErrorCode, errorStatus } from './enxame-error';

export * from './enxame-error';

export const errorCode = z.enum(Object.keys(errorStatus) as [ErrorCode, ...ErrorCode[]]);

export const wireError = z.object({
  code: errorCode,
  message: z.string().check(z.maxLength(500)),
  retryAfterS: z.optional(z.number()),
});

/** RFC 9457 problem details. `type` is `urn:enxame:error:<code>`. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.optional(z.string()),
  code: errorCode,
  requestId: z.optional(z.string()),
  /** For `invalid_request`: which field, and what is allowed. */
  issues: z.optional(z.array(z.object({ path: z.string(), message: z.string() }))),
});
export type Problem = z.infer<typeof problem>;
