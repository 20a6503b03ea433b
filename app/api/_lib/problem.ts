import type * as z from 'zod/mini';
import { EnxameError, type ErrorCode, errorStatus, isEnxameError, type Problem } from '@/lib/contracts/errors';
import { databaseFailure } from '@/lib/database/away';
import { sentenceOfIssue } from './field-sentences';

/** Issues named at most: a body of nonsense is not answered with more of it. */
const MAX_ISSUES = 20;
/** Of these, the first are the sentence that people are shown. */
const MAX_SENTENCES = 3;
/** What is not available is asked for again after this, where nothing better is known. */
const COME_AGAIN_S = 2;

const TITLES: Partial<Record<ErrorCode, string>> = {
  invalid_request: 'Invalid request',
  not_signed_in: 'Not signed in',
  forbidden: 'Not allowed',
  not_found: 'Not found',
  too_many_requests: 'Too many requests',
  unavailable: 'Not available right now',
  disk_full: 'The server’s disk is full',
  timeout: 'Request timed out',
  internal: 'Something went wrong on the server',
};

/** A body that its schema refused; carries which fields, and why. */
export class InvalidBody extends EnxameError {
  readonly issues: { path: string; message: string }[];
  constructor(issues: z.core.$ZodIssue[]) {
    super('invalid_request', issues.slice(0, MAX_SENTENCES).map(sentenceOfIssue).join(' '));
    this.issues = issues
      .slice(0, MAX_ISSUES)
      .map((issue) => ({ path: issue.path.map(String).join('.'), message: sentenceOfIssue(issue) }));
  }
}

/**
 * Any thrown value as problem details (RFC 9457): an expected error with its reason, anything else as `internal`.
 * @param unexpected called for what nobody expected, to be logged
 */
export function toProblem(error: unknown, requestId: string, unexpected: () => void): Response {
  const known = isEnxameError(error) ? error : databaseFailure(error);
  if (known === null || known.code === 'internal') unexpected();
  const code = known?.code ?? 'internal';
  const status = errorStatus[code];
  const problem: Problem = {
    type: `urn:enxame:error:${code}`,
    title: TITLES[code] ?? code.replaceAll('_', ' '),
    status,
    ...(known === null ? {} : { detail: known.message }),
    code,
    requestId,
    ...(known instanceof InvalidBody ? { issues: known.issues } : {}),
  };
  const headers = new Headers({ 'content-type': 'application/problem+json', 'cache-control': 'no-store' });
  const retryAfterS = known?.retryAfterS ?? (code === 'unavailable' ? COME_AGAIN_S : undefined);
  if (retryAfterS !== undefined) headers.set('retry-after', String(Math.ceil(retryAfterS)));
  return new Response(JSON.stringify(problem), { status, headers });
}
