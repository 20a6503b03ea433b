/** What {@link TrackTags} may hold. */
export const MAX_CHARS = 1_000;

/** One line of text without control characters or halves of surrogate pairs, which neither format can hold. */
export function oneLine(text: string, maxChars = MAX_CHARS): string {
  // Cut first: the rest of a long text would be cleaned for nothing.
  const line = wellFormed(text.trim().slice(0, maxChars)).replace(/[\p{Cc}\u2028\u2029\ufeff\ufffe\uffff]+/gu, ' ');
  return wellFormed(line.trim().slice(0, maxChars));
}

const wellFormed = (text: string) => Buffer.from(text, 'utf8').toString('utf8');

/**
 * Name of the file that a path or an address ends in, without folders: `C:\Music\a.mp3`, `file:///Music/%C3%A9.mp3`, `../a.mp3`.
 * What is not percent-encoded after all (`100%.mp3`) stays as it is.
 */
export function fileNameOf(location: string): string {
  const path = /^https?:/i.test(location) ? location.replace(/[?#].*$/s, '') : location;
  return oneLine(decoded(path).split(/[/\\]/).at(-1) ?? '');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
