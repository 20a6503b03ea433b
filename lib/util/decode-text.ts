/** Text of a file that does not say how it is encoded. */

/** So much of a file's beginning tells UTF-16 without a mark from anything else (bytes). */
const LOOKED_AT_BYTES = 4_096;

/**
 * Decodes UTF-8 and UTF-16, with or without a byte order mark, and what is neither as Windows-1252, in which programs that know no Unicode
 * write; every byte means something there.
 */
export function decodeText(bytes: Uint8Array): string {
  const [a, b] = bytes;
  if (a === 0xff && b === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (a === 0xfe && b === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  const utf16 = utf16Of(bytes);
  if (utf16 !== null) return new TextDecoder(utf16).decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return windows1252(bytes);
  }
}

/** From byte 80 (hex) on, where Latin-1 has control characters; a space stands for what means nothing. */
const WINDOWS_1252 = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';
const FIRST = 0x80;

/** Node's own decoder of this name decodes Latin-1 (20 to 22). */
export function windows1252(bytes: Uint8Array): string {
  const latin1 = new TextDecoder('latin1').decode(bytes);
  return latin1.replaceAll(/[\u0080-\u009f]/g, (sign) => {
    const meant = WINDOWS_1252[sign.charCodeAt(0) - FIRST];
    return meant === undefined || meant === ' ' ? sign : meant;
  });
}

/** Text has no NUL; of UTF-16 without a mark half of the bytes are, where it is in a Western language: all of them even or all odd. */
function utf16Of(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  const zeros = [0, 0];
  const looked = Math.min(bytes.length, LOOKED_AT_BYTES);
  for (let at = 0; at < looked; at++) if (bytes[at] === 0) zeros[at & 1] = (zeros[at & 1] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (bytes.length % 2 === 1 || even + odd < looked / 4) return null;
  if (even === 0) return 'utf-16le';
  return odd === 0 ? 'utf-16be' : null;
}
