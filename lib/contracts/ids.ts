import * as z from 'zod/mini';

export * from './new-id';

/** 16 random bytes as base64url: tracks, albums, artists, asset versions, peers. Says nothing about what it names. */
export const id = z.string().check(z.regex(/^[A-Za-z0-9_-]{22}$/, 'must be 22 characters of base64url'));
/** Identifier of an account, as better-auth makes it. */
export const accountId = z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/));
/** Identifier of a session, as better-auth makes it. Not its token: it admits nobody. */
export const sessionId = z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/));
/** Identifier of a message on the bus. */
export const messageId = z.uuid();

export const accountRole = z.enum(['admin', 'listener']);
export type AccountRole = z.infer<typeof accountRole>;

/** Milliseconds since 1970. */
export const epochMs = z.int().check(z.gte(0));
