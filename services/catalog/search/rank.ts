/** An entry's names as they are compared. */
export interface Names {
  readonly title: string;
  /** As the artists are credited together. */
  readonly artist: string;
  readonly album: string;
}

/**
 * Tells how exactly entries are what was asked for; 0 is best: whole title, whole artist, beginning of the title (to the end of a word, or within one), whole
 * album, beginning of the artist, word of the title, part of the title; then words spread over fields, the more whole ones the better.
 * Artists and albums are compared once for all that have them.
 * @param q folded
 * @param words of `q`
 * @returns the rank; where it is above `worst`, any that is above it
 */
export function ranking(q: string, words: readonly string[]): (names: Names, worst: number) => number {
  if (q === '') return () => 0;
  const solid = q.replaceAll(' ', '');
  const hasSpace = solid !== q;
  /** `acdc` is AC/DC. Most names are no more than looked at by their length and first letter. */
  const isSame = (name: string) =>
    name === q ||
    (name.length <= 2 * q.length &&
      name.length !== q.length &&
      name.charCodeAt(0) === q.charCodeAt(0) &&
      name.includes(' ') !== hasSpace &&
      name.replaceAll(' ', '') === solid);
  const ofArtist = remembered((name) => (isSame(name) ? 1 : name.startsWith(q) ? 5 : NONE));
  const ofAlbum = remembered((name) => (isSame(name) ? 4 : NONE));
  const wholeWords = (name: string) => {
    let has = 0;
    for (const [n, word] of words.entries()) if (hasWord(name, word)) has |= 1 << n;
    return has;
  };
  const [inArtist, inAlbum] = [remembered(wholeWords), remembered(wholeWords)];

  return ({ title, artist, album }, worst) => {
    if (isSame(title)) return 0;
    const byArtist = ofArtist(artist);
    if (byArtist === 1) return 1;
    if (title.startsWith(q)) return title[q.length] === ' ' ? 2 : 3;
    if (worst < 4) return NONE;
    const byNames = Math.min(byArtist, ofAlbum(album));
    if (byNames !== NONE) return byNames;
    const at = title.indexOf(q);
    if (at >= 0) return title[at - 1] === ' ' ? 6 : 7;
    if (worst < 8) return NONE;
    let whole = 0;
    for (let left = wholeWords(title) | inArtist(artist) | inAlbum(album); left !== 0; left &= left - 1) whole += 1;
    return 8 + (words.length - whole) / (words.length + 1);
  };
}

const NONE = 9;

/** Works each answer out once. */
export function remembered<T>(work: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>();
  return (name) => {
    let answer = known.get(name);
    if (answer === undefined) {
      answer = work(name);
      known.set(name, answer);
    }
    return answer;
  };
}

function hasWord(name: string, word: string): boolean {
  for (let at = name.indexOf(word); at >= 0; at = name.indexOf(word, at + 1)) {
    const end = at + word.length;
    if ((at === 0 || name[at - 1] === ' ') && (end === name.length || name[end] === ' ')) return true;
  }
  return false;
}
