/**
 * The value of a cookie in a request's `cookie` header, as it was sent: not decoded. Where a header names it more than once, the first counts.
 * @returns null where there is none
 */
export function readCookie(header: string | null, name: string): string | null {
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return null;
}
