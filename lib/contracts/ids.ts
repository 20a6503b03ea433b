import * as z from 'zod/mini';

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

export const ID_BYTES = 16;

/**
 * A new random identifier in the form of {@link id}. Works in browsers (also without a secure context) and in Node.
 * None begins with a hyphen, so that each can be an argument of a command, where that would be an option.
 */
export function newId(): string {
  for (;;) {
    const made = encodeId(crypto.getRandomValues(new Uint8Array(ID_BYTES)));
    if (!made.startsWith('-')) return made;
  }
}

/** A new random {@link messageId}. Works without a secure context, where browsers have no `crypto.randomUUID`. */
export function newMessageId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  // RFC 9562, version 4.
  bytes.set([((bytes[6] ?? 0) & 0x0f) | 0x40], 6);
  bytes.set([((bytes[8] ?? 0) & 0x3f) | 0x80], 8);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** @param bytes 16 bytes */
export function encodeId(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/** The 16 bytes of an {@link id}. @throws {Error} when the text is not one */
export function decodeId(text: string): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
  if (bytes.length !== ID_BYTES) throw new Error('an identifier has 16 bytes');
  return bytes;
}
