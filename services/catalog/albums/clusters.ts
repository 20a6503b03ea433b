/** Which files make one album. */
import { parentOf } from '../path-names';

/** Files of one folder (with the folders of its discs) whose tags name the same album of the same artists. */
export interface AlbumGroup {
  group: string;
  /** Folded. */
  title: string;
  /** Folded names of the album's artists, in the order of the tags; none: no tag names any. */
  artists: readonly string[];
  /** Where they lie; folders of discs stand for the one above them. */
  folder: string;
  /** MusicBrainz id of the release. */
  mbid: string | null;
  /** How many of its tracks have which year; those without one are not counted. */
  years: ReadonlyMap<number, number>;
  /** Numbers of its discs; null for tracks that name none. */
  discs: readonly (number | null)[];
  /** The albums that its tracks are of now. */
  albums: ReadonlyMap<string, Claim>;
}

/** What speaks for an album to be this one. */
export interface Claim {
  /** Tracks whose files are there, and those whose files are not. */
  present: number;
  missing: number;
  /** When the album came; epoch ms. */
  addedAt: number;
}

/** Groups of one album. `albumId` null: it has to be added. */
export interface AlbumCluster {
  albumId: string | null;
  groups: AlbumGroup[];
}

/**
 * Puts groups together, by the first of these that applies:
 * 1. Groups of one MusicBrainz release are one album; those of different releases never are.
 * 2. Groups of one title in one folder are one album, unless they name different artists.
 * 3. Groups of the same title and artists in different folders are one album if the year is the same, or if their folders lie side by side
 *    and no disc is in both.
 * 4. A group without a year joins the only album that its artists have of this title.
 *
 * An id goes to where most tracks of it are; where those of several albums come together, the oldest id stays. The result depends on the groups
 * alone, not on their order.
 */
export function clusterAlbums(groups: readonly AlbumGroup[]): AlbumCluster[] {
  const pool = new Pool(groups);
  pool.joinBy(({ mbid }) => (mbid === null ? [] : [mbid]));
  pool.joinBy(inFolders, areArtistsCompatible);
  pool.joinBy((cluster) => ofArtists(cluster, (title) => [title, String(yearOf(cluster))]));
  pool.joinBy(besideOthers, areDiscsApart);
  // Last: they must not tie two albums of different years together.
  pool.joinLost();
  return withIds(pool.clusters());
}

interface Cluster {
  groups: AlbumGroup[];
  titles: Set<string>;
  artists: readonly string[];
  mbid: string | null;
  /** The cluster that this one was put into. */
  home: Cluster | null;
}

/** Clusters that grow together. Those that share a key are compared, not each with each: a library has thousands. */
class Pool {
  private readonly all: Cluster[];

  constructor(groups: readonly AlbumGroup[]) {
    this.all = groups.toSorted(bySize).map((group) => ({
      groups: [group],
      titles: new Set([group.title]),
      artists: group.artists,
      mbid: group.mbid,
      home: null,
    }));
  }

  clusters(): AlbumGroup[][] {
    return this.living().map(({ groups }) => groups);
  }

  /** Joins clusters that share a key and belong together. */
  joinBy(keysOf: (cluster: Cluster) => string[], belong: (a: Cluster, b: Cluster) => boolean = () => true): void {
    const byKey = new Map<string, Cluster[]>();
    for (const cluster of this.living()) {
      for (const key of keysOf(cluster)) {
        const met = byKey.get(key) ?? [];
        byKey.set(key, met);
        const own = rootOf(cluster);
        const home = met.map(rootOf).find((one) => one !== own && mayJoin(one, own) && belong(one, own));
        if (home !== undefined) join(home, own);
        else if (!met.some((one) => rootOf(one) === own)) met.push(own);
      }
    }
  }

  joinLost(): void {
    const byKey = new Map<string, Cluster[]>();
    const keysOf = (cluster: Cluster) => ofArtists(cluster, (title) => [title]);
    const dated = this.living().filter((cluster) => yearOf(cluster) !== null);
    for (const cluster of dated) {
      for (const key of keysOf(cluster)) byKey.set(key, [...(byKey.get(key) ?? []), cluster]);
    }
    for (const lost of this.living().filter((cluster) => yearOf(cluster) === null)) {
      const homes = new Set(keysOf(lost).flatMap((key) => byKey.get(key) ?? []));
      const [home, ...others] = [...homes].filter((one) => mayJoin(one, lost));
      if (home !== undefined && others.length === 0) join(home, lost);
    }
  }

  private living(): Cluster[] {
    return this.all.filter(({ home }) => home === null);
  }
}

function rootOf(cluster: Cluster): Cluster {
  let root = cluster;
  while (root.home !== null) root = root.home;
  return root;
}

function join(home: Cluster, other: Cluster): void {
  home.groups.push(...other.groups);
  for (const title of other.titles) home.titles.add(title);
  home.mbid ??= other.mbid;
  if (home.artists.length === 0) home.artists = other.artists;
  other.home = home;
}

/** Two releases of MusicBrainz are two albums. */
function mayJoin(a: Cluster, b: Cluster): boolean {
  return a.mbid === null || b.mbid === null || a.mbid === b.mbid;
}

/** The same, or one side names none. */
function areArtistsCompatible(a: Cluster, b: Cluster): boolean {
  return a.artists.length === 0 || b.artists.length === 0 || keyOf(a.artists) === keyOf(b.artists);
}

const inFolders = ({ groups }: Cluster) => groups.map(({ title, folder }) => keyOf([title, folder]));

/** Keys of what names its artists; none for what does not. */
function ofArtists({ titles, artists }: Cluster, partsOf: (title: string) => string[]): string[] {
  return artists.length === 0 ? [] : [...titles].map((title) => keyOf([...partsOf(title), ...artists]));
}

function besideOthers(cluster: Cluster): string[] {
  const parents = new Set(cluster.groups.map(({ folder }) => parentOf(folder)));
  return [...parents].flatMap((parent) => ofArtists(cluster, (title) => [title, parent]));
}

function areDiscsApart(a: Cluster, b: Cluster): boolean {
  const discs = discsOf(a);
  return [...discsOf(b)].every((disc) => !discs.has(disc));
}

/** What names no disc is the first. */
const discsOf = ({ groups }: Cluster) =>
  new Set(groups.flatMap(({ discs }) => (discs.length === 0 ? [1] : discs.map((disc) => disc ?? 1))));

/** The year of more than half of the tracks that have one. Where tracks have each their own, the album has none. */
function yearOf({ groups }: Pick<Cluster, 'groups'>): number | null {
  const counts = new Map<number, number>();
  let all = 0;
  for (const [year, count] of groups.flatMap(({ years }) => [...years])) {
    counts.set(year, (counts.get(year) ?? 0) + count);
    all += count;
  }
  return [...counts].find(([, count]) => count * 2 > all)?.[0] ?? null;
}

function withIds(clusters: readonly AlbumGroup[][]): AlbumCluster[] {
  const ids = clusters.map((): string | null => null);
  let claims = clusters.flatMap((groups, i) => {
    const year = yearOf({ groups }) ?? Number.POSITIVE_INFINITY;
    return [...claimsOf(groups)].map(([albumId, claim]) => ({ i, albumId, year, ...claim }));
  });
  const byStrength = (a: (typeof claims)[number], b: (typeof claims)[number]) =>
    b.present - a.present || b.missing - a.missing || a.year - b.year || a.i - b.i || compare(a.albumId, b.albumId);
  claims.sort(byStrength);
  while (claims.length > 0) {
    const strongest = new Map<string, (typeof claims)[number]>();
    for (const claim of claims) if (!strongest.has(claim.albumId)) strongest.set(claim.albumId, claim);
    const byAge = [...strongest.values()].sort((a, b) => a.addedAt - b.addedAt);
    for (const { i, albumId } of byAge) ids[i] ??= albumId;
    const taken = new Set(ids);
    claims = claims.filter(({ i, albumId }) => ids[i] === null && !taken.has(albumId));
  }
  return clusters.map((groups, i) => ({ albumId: ids[i] ?? null, groups }));
}

function claimsOf(groups: readonly AlbumGroup[]): Map<string, Claim> {
  const claims = new Map<string, Claim>();
  for (const [albumId, { present, missing, addedAt }] of groups.flatMap(({ albums }) => [...albums])) {
    const sum = claims.get(albumId) ?? { present: 0, missing: 0 };
    claims.set(albumId, { present: sum.present + present, missing: sum.missing + missing, addedAt });
  }
  return claims;
}

function bySize(a: AlbumGroup, b: AlbumGroup): number {
  return countOf(b) - countOf(a) || compare(a.group, b.group);
}

const countOf = ({ albums }: AlbumGroup) =>
  [...albums.values()].reduce((sum, { present, missing }) => sum + present + missing, 0);
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const keyOf = (parts: readonly string[]) => parts.join('\n');
