/** New identifiers, apart from their schemas (ids.ts), so that a page can draw itself before it has loaded those. */

export const ID_BYTES = 16;

/**
 * A new random identifier as `id` of ids.ts has them. Works in browsers (also without a secure context) and in Node.
 * None begins with a hyphen, so that each can be an argument of a command, where that would be an option.
 */
export function newId(): string {
  for (;;) {
    const made = encodeId(crypto.getRandomValues(new Uint8Array(ID_BYTES)));
    if (!made.startsWith('-')) return made;
  }
}

/** A new random `messageId`. Works without a secure context, where browsers have no `crypto.randomUUID`. */
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

/** The 16 bytes of such an identifier. @throws {Error} when the text is not one */
export function decodeId(text: string): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
  if (bytes.length !== ID_BYTES) throw new Error('an identifier has 16 bytes');
  return bytes;
}
