import { newId } from '@/lib/contracts/ids';
import type { Orm } from '@/lib/database/database';
import { makeRandom } from '@/lib/util/random';
import { foldName } from '@/services/catalog/identity';
import { albumArtists, albums, artists, trackArtists, tracks } from '@/services/catalog/schema';
import { normalise, searchText } from '@/services/catalog/text';

/** Words that names are made of: common and rare ones, some with accents, as in a real library. */
const WORDS = (
  'amor noite canção coração mar rio saudade sol lua tempo vida caminho cidade chuva vento fogo água flor estrela manhã ' +
  'love night song heart sea river sun moon time life road city rain wind fire water flower star morning dream blue black ' +
  'white red gold silver little big old new last first one two three seven thousand house home window door street train ' +
  'ship bird wolf horse lion tiger angel devil king queen prince soldier sailor dancer singer stranger lover mother father ' +
  'summer winter autumn spring january december sunday monday midnight midday forever never always again tonight tomorrow ' +
  'yesterday paris london lisboa bahia berlin tokyo havana memphis nashville detroit kingston dakar lagos cairo'
).split(' ');
/** So many different words: the commonest is then in a tenth of all tracks, the next few in a few of a hundred, as in libraries of songs. */
const VOCABULARY = 3_000;
const SYLLABLES = 'ba ce di fo gu ha je ki lo mu na pe qui ro su ta ve xi zo bra cle dri flo gru pla sta tre vro'.split(
  ' ',
);
const INSERT_AT_ONCE = 2_000;

/** Real words first, then made ones. */
function vocabulary(random: () => number): string[] {
  const words = new Set(WORDS);
  const syllable = () => SYLLABLES[Math.floor(random() * SYLLABLES.length)] ?? '';
  while (words.size < VOCABULARY) words.add(syllable() + syllable() + (random() < 0.5 ? syllable() : ''));
  return [...words];
}

/** Makes names of so many words, which have the spread of a library's. */
export function nameMaker(random: () => number): (words: number) => string {
  const words = vocabulary(random);
  const pick = () => {
    // Zipf-like: the first words are in many names.
    return words[Math.floor(words.length * random() ** 2)] ?? 'song';
  };
  return (count) => {
    const text = Array.from({ length: count }, pick).join(' ');
    return text.charAt(0).toUpperCase() + text.slice(1);
  };
}

/** A catalogue of `count` tracks in albums of ten, without files. The same every time. */
export async function fillCatalogue(orm: Orm, count: number): Promise<string[]> {
  const random = makeRandom(20_261_124);
  const name = nameMaker(random);
  const people = Array.from({ length: count / 50 }, (_, i) => ({ id: newId(), name: `${name(2)} ${i}` }));
  await inPieces(people, (piece) =>
    orm.insert(artists).values(
      piece.map((person) => ({
        ...person,
        folded: foldName(person.name),
        key: normalise(person.name),
        sortKey: normalise(person.name),
      })),
    ),
  );
  const records = Array.from({ length: count / 10 }, (_, i) => {
    const artist = people[i % people.length] ?? { id: '', name: '' };
    return { id: newId(), title: name(2), artist };
  });
  await inPieces(records, (piece) =>
    orm.insert(albums).values(
      piece.map(({ id, title, artist }) => ({
        id,
        title,
        titleKey: normalise(title),
        sortKey: normalise(title),
        artistId: artist.id,
        year: 1950 + Math.floor(random() * 75),
        artistGuessed: false,
      })),
    ),
  );
  await inPieces(records, (piece) =>
    orm.insert(albumArtists).values(piece.map(({ id, artist }) => ({ albumId: id, position: 0, artistId: artist.id }))),
  );
  const songs = Array.from({ length: count }, (_, i) => {
    const album = records[Math.floor(i / 10)] ?? records[0];
    if (album === undefined) throw new Error('a catalogue has at least one album');
    const title = name(1 + Math.floor(random() * 4));
    return {
      id: newId(),
      mediaKey: `/music/${i}.mp3`,
      folderKey: '/music',
      title,
      artistId: album.artist.id,
      artistName: album.artist.name,
      albumId: album.id,
      trackNo: (i % 10) + 1,
      durationS: 120 + random() * 240,
      mime: 'audio/mpeg',
      size: 8_000_000,
      mtimeMs: 0,
      addedAt: i,
      search: searchText(title, album.artist.name, album.title),
      titleKey: normalise(title),
      sortKey: normalise(title),
      artistKey: normalise(album.artist.name),
      albumKey: normalise(album.title),
      // There is nothing to measure.
      toMeasure: false,
    };
  });
  await inPieces(songs, (piece) => orm.insert(tracks).values(piece));
  const credit = { role: 'artist' as const, position: 0 };
  await inPieces(songs, (piece) =>
    orm
      .insert(trackArtists)
      .values(piece.map((song) => ({ ...credit, trackId: song.id, artistId: song.artistId, name: song.artistName }))),
  );
  return songs.map((song) => song.title);
}

async function inPieces<T>(all: readonly T[], insert: (piece: T[]) => PromiseLike<unknown>): Promise<void> {
  for (let i = 0; i < all.length; i += INSERT_AT_ONCE) await insert(all.slice(i, i + INSERT_AT_ONCE));
}

/** What people type: whole titles, one word, two, a beginning, capitals, nothing that exists; the same every time. */
export function questions(titles: readonly string[], count: number): string[] {
  const random = makeRandom(7);
  const word = () => WORDS[Math.floor(random() * WORDS.length)] ?? '';
  const shapes = [
    () => titles[Math.floor(random() * titles.length)] ?? '',
    word,
    () => `${word()} ${word()}`,
    () => word().slice(0, 3),
    () => `${word()} ${word().slice(0, 2)}`.toUpperCase(),
    () => `${word()} zzyzx`,
  ];
  return Array.from({ length: count }, (_, i) => shapes[i % shapes.length]?.() ?? '');
}

/** What is asked while people type names, a letter at a time, with a typing error in every fifth; the same every time. */
export function keystrokes(names: readonly string[], count: number): string[] {
  const random = makeRandom(11);
  const asked: string[] = [];
  while (asked.length < count) {
    let name = names[Math.floor(random() * names.length)] ?? '';
    const at = 1 + Math.floor(random() * name.length);
    if (random() < 0.2) name = name.slice(0, at) + name.slice(at + 1);
    const letters = [...name.toLowerCase()];
    for (let typed = 1; typed <= letters.length; typed++) asked.push(letters.slice(0, typed).join(''));
  }
  return asked.slice(0, count);
}
