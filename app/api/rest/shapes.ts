/** The library's tracks, albums and artists as the OpenSubsonic API has them. */
import type { Artist, ArtistRole, ListedAlbum, Song } from '@/lib/contracts/catalog';
import type { AlbumId3, ArtistId3, Child } from '@/lib/contracts/subsonic';

/** To apps the library is one folder. */
export const MUSIC_FOLDER = { id: 1, name: 'Music' } as const;

/** Words that an index leaves out at the beginning of a name. */
export const IGNORED_ARTICLES = 'The An A Die Das Ein Eine Les Le La O Os As Um Uma El Los Las';
const ARTICLES = new RegExp(`^(?:${IGNORED_ARTICLES.replaceAll(' ', '|')})\\s+(?=\\S)`, 'i');

export const momentOf = (epochMs: number | null) => new Date(epochMs ?? 0).toISOString();
const whole = (n: number) => Math.max(0, Math.round(n));
/** What is not known is left out. */
const known = <K extends string, V>(key: K, value: V | null | undefined) =>
  (value === null || value === undefined ? {} : { [key]: value }) as { [P in K]?: V };

export function songOf(song: Song): Child {
  const { gain } = song;
  return {
    id: song.id,
    parent: song.folderId,
    isDir: false,
    title: song.title,
    album: song.album,
    artist: song.artist,
    ...known('track', song.trackNo),
    ...known('year', song.year),
    ...known('coverArt', song.coverId),
    size: song.size,
    contentType: song.mime,
    suffix: suffixOf(song),
    duration: whole(song.durationS),
    bitRate: song.durationS > 0 ? whole((song.size * 8) / song.durationS / 1000) : 0,
    path: `${[song.artist, song.album, song.fileName].map(asFileName).join('/')}`,
    isVideo: false,
    ...known('discNumber', song.discNo),
    created: momentOf(song.addedAt),
    albumId: song.albumId,
    artistId: song.artistId,
    type: 'music',
    mediaType: 'song',
    ...genresOf(song),
    ...known('bpm', song.bpm == null ? null : whole(song.bpm)),
    artists: creditedOf(song, 'artist'),
    displayArtist: song.artist,
    ...(gain == null
      ? {}
      : {
          replayGain: {
            ...known('trackGain', gain.trackDb),
            ...known('trackPeak', gain.trackPeak),
            ...known('albumGain', gain.albumDb),
            ...known('albumPeak', gain.albumPeak),
          },
        }),
  };
}

/** Apps that keep files name them by this. */
function suffixOf({ fileName, mime }: Song): string {
  const ending = /\.([A-Za-z0-9]{1,5})$/.exec(fileName)?.[1];
  return ending?.toLowerCase() ?? mime.slice(mime.indexOf('/') + 1);
}

const asFileName = (name: string) => name.replaceAll('/', '_');

export function albumOf(album: ListedAlbum): AlbumId3 {
  return {
    id: album.id,
    name: album.title,
    artist: album.artist,
    artistId: album.artistId,
    ...known('coverArt', album.coverId),
    songCount: album.trackCount,
    duration: whole(album.durationS),
    created: momentOf(album.addedAt),
    ...known('year', album.year),
    ...genresOf(album),
    artists: creditedOf(album, 'albumArtist'),
    displayArtist: album.artist,
    ...known('musicBrainzId', album.mbid),
    ...(album.label == null ? {} : { recordLabels: [{ name: album.label }] }),
    ...known('releaseTypes', album.releaseTypes),
    ...known('releaseDate', dateOf(album.releaseDate)),
    ...known('originalReleaseDate', dateOf(album.originalDate)),
    ...known('isCompilation', album.compilation),
  };
}

/** The first genre by itself, for old apps, and all of them. */
function genresOf({ genres = [] }: Pick<Song, 'genres'>): Pick<Child, 'genre' | 'genres'> {
  return { ...known('genre', genres[0]?.name), genres: genres.map(({ name }) => ({ name })) };
}

/** Artists of one role, each once; without any, the first of them all. */
function creditedOf(
  { artist, artistId, artists = [] }: Pick<Song, 'artist' | 'artistId' | 'artists'>,
  role: ArtistRole,
) {
  const ofRole = artists.filter((one) => one.role === role).map(({ id, name }) => ({ id, name }));
  return ofRole.length === 0 ? [{ id: artistId, name: artist }] : ofRole;
}

/** `1974-08` as year and month. */
function dateOf(date: string | null | undefined) {
  if (date == null) return null;
  const [year, month, day] = date.split('-').map(Number);
  return { ...known('year', year), ...known('month', month), ...known('day', day) };
}

/** An album as the old interface has it: a folder. */
export function albumAsFolder(album: ListedAlbum): Child {
  return {
    id: album.id,
    parent: album.artistId,
    isDir: true,
    title: album.title,
    album: album.title,
    artist: album.artist,
    ...known('year', album.year),
    ...known('coverArt', album.coverId),
    duration: whole(album.durationS),
    created: momentOf(album.addedAt),
    albumId: album.id,
    artistId: album.artistId,
    isVideo: false,
    mediaType: 'album',
  };
}

export function artistOf(artist: Artist): ArtistId3 {
  return {
    id: artist.id,
    name: artist.name,
    ...known('coverArt', artist.coverId),
    albumCount: artist.albumCount,
    ...known('sortName', artist.sortName),
    ...known('musicBrainzId', artist.mbid),
  };
}

/** What has names under the letters that they begin with, in the order of the alphabet; what begins with no letter under `#`. */
export function indexed<T extends { name: string }>(items: readonly T[]): { name: string; artist: T[] }[] {
  const byLetter = new Map<string, { key: string; item: T }[]>();
  for (const item of items) {
    const key = plain(item.name.replace(ARTICLES, ''));
    const [first = ''] = key;
    const letter = /\p{L}/u.test(first) ? first.toUpperCase() : '#';
    const group = byLetter.get(letter);
    if (group === undefined) byLetter.set(letter, [{ key, item }]);
    else group.push({ key, item });
  }
  const sorted = [...byLetter].sort(([a], [b]) => (a === '#' ? -1 : b === '#' ? 1 : a < b ? -1 : 1));
  return sorted.map(([name, group]) => ({
    name,
    artist: group.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ item }) => item),
  }));
}

/** Without accents and capitals. */
const plain = (name: string) => name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
