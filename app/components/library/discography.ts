/** An artist's albums by what the artist did on them, and by what kind of release they are. */
import type { ArtistRole, ArtistsAlbum } from '@/lib/contracts/catalog';

/** In the order of an artist's page. */
const PARTS = [
  'albums',
  'singles',
  'live',
  'compilations',
  'appearsOn',
  'conducted',
  'compositions',
  'remixes',
  'productions',
] as const;
export type DiscographyPart = (typeof PARTS)[number];

/** Of albums of others: the first of these that the artist did decides. */
const BY_ROLE: readonly [DiscographyPart, readonly ArtistRole[]][] = [
  ['appearsOn', ['artist', 'performer']],
  ['conducted', ['conductor']],
  ['compositions', ['composer', 'lyricist', 'writer', 'arranger']],
  ['remixes', ['remixer', 'djMixer']],
  ['productions', ['producer', 'engineer', 'mixer']],
];

/** The parts that have albums, the newest of each first: by the date of the first release, where tags tell it. */
export function discography<T extends ArtistsAlbum>(albums: readonly T[]): [DiscographyPart, T[]][] {
  const sorted = albums.toSorted(byDate);
  return PARTS.flatMap((part): [DiscographyPart, T[]][] => {
    const its = sorted.filter((album) => partOf(album) === part);
    return its.length === 0 ? [] : [[part, its]];
  });
}

function partOf({ roles = [], releaseTypes = [], compilation = false }: ArtistsAlbum): DiscographyPart {
  if (!roles.includes('albumArtist')) {
    return BY_ROLE.find(([, some]) => some.some((role) => roles.includes(role)))?.[0] ?? 'appearsOn';
  }
  if (releaseTypes.includes('live')) return 'live';
  if (compilation || releaseTypes.includes('compilation')) return 'compilations';
  if (releaseTypes.some((type) => type === 'single' || type === 'ep')) return 'singles';
  return 'albums';
}

/** What has no date comes last. */
function byDate(a: ArtistsAlbum, b: ArtistsAlbum): number {
  const [one, other] = [dateOf(a), dateOf(b)];
  return one === other ? a.title.localeCompare(b.title) : one < other ? 1 : -1;
}

const dateOf = ({ originalDate, releaseDate, year }: ArtistsAlbum) =>
  originalDate ?? releaseDate ?? (year === null ? '' : String(year).padStart(4, '0'));
