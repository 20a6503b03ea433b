import { and, inArray, isNull, or, sql } from 'drizzle-orm';
import { newId } from '@/lib/contracts/ids';
import type { Orm } from '@/lib/database/database';
import { foldName } from './identity';
import { artists } from './schema';
import { normalise } from './text';

/** An artist as tags name one. */
export interface ArtistName {
  name: string;
  sortName: string | null;
  /** MusicBrainz id. */
  mbid: string | null;
}

type Row = Pick<typeof artists.$inferSelect, 'id' | 'name' | 'sortName' | 'folded' | 'mbid'>;

/** What to do so that every artist that is wanted is in the catalogue. */
export interface ArtistPlan {
  /** {@link artistKey} to id. */
  ids: Map<string, string>;
  added: Row[];
  changed: Row[];
}

/** Another process stored the same artist meanwhile: then once more. More often is a fault. */
const MAX_TRIES = 3;

/** Tells apart what two tags name. */
export function artistKey({ name, mbid }: Pick<ArtistName, 'name' | 'mbid'>): string {
  return mbid === null ? `name ${foldName(name)}` : `mbid ${mbid}`;
}

/**
 * Which artists are meant: by MusicBrainz id; else by name, one without an id first. An artist known by name alone gets the id that the
 * name first comes with. Artists from before update 0006 have no folded name yet; they are found by their name.
 * @param known all rows that have a folded name or an id of those wanted, or neither and the same name; in a fixed order
 */
export function planArtists(wanted: readonly ArtistName[], known: readonly Row[], makeId = newId): ArtistPlan {
  const rows = known.map((row) => ({ ...row }));
  const plan: ArtistPlan = { ids: new Map(), added: [], changed: [] };
  const changed = new Set<Row>();
  // Those with an id first: one of the same name without is then the same artist, in whatever order the files come.
  for (const one of wanted.toSorted((a, b) => Number(a.mbid === null) - Number(b.mbid === null))) {
    const folded = foldName(one.name);
    const ofName = rows
      .filter((row) => (row.folded ?? foldName(row.name)) === folded)
      .toSorted((a, b) => Number(a.folded === null) - Number(b.folded === null));
    const found =
      (one.mbid !== null && rows.find((row) => row.mbid === one.mbid)) ||
      ofName.find((row) => row.mbid === null) ||
      (one.mbid === null && ofName[0]);
    if (found === undefined || found === false) {
      const row = { id: makeId(), name: one.name, sortName: one.sortName, folded, mbid: one.mbid };
      rows.push(row);
      plan.added.push(row);
      plan.ids.set(artistKey(one), row.id);
      continue;
    }
    plan.ids.set(artistKey(one), found.id);
    const mbid = found.mbid ?? one.mbid;
    const sortName = one.sortName ?? found.sortName;
    // Another spelling of the same name, or other accents. One known by its id keeps its name: it may be credited under several.
    const name = normalise(found.name) === normalise(one.name) ? one.name : found.name;
    if (found.folded !== null && mbid === found.mbid && sortName === found.sortName && name === found.name) continue;
    Object.assign(found, { name, folded: foldName(name), mbid, sortName });
    if (!plan.added.includes(found)) changed.add(found);
  }
  plan.changed = [...changed];
  return plan;
}

/** Sees to it that these artists are in the catalogue. @returns their ids, by {@link artistKey} */
export async function storeArtists(tx: Orm, wanted: readonly ArtistName[]): Promise<Map<string, string>> {
  // In one order everywhere, so that two imports never wait for each other.
  const names = mergeNames(wanted);
  if (names.length === 0) return new Map();
  for (let tries = 1; ; tries++) {
    const plan = planArtists(names, await selectKnown(tx, names));
    await updateArtists(tx, plan.changed);
    if ((await insertArtists(tx, plan.added)) === plan.added.length) return plan.ids;
    if (tries === MAX_TRIES) throw new Error('artists could not be stored: other processes store the same');
  }
}

/** Each once, in the order of their keys. One tag may say how an artist is sorted, and another of the same artist may not. */
export function mergeNames(wanted: readonly ArtistName[]): ArtistName[] {
  const byKey = new Map<string, ArtistName>();
  for (const one of wanted) {
    const known = byKey.get(artistKey(one));
    byKey.set(artistKey(one), { ...one, sortName: one.sortName ?? known?.sortName ?? null });
  }
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

async function selectKnown(tx: Orm, names: readonly ArtistName[]): Promise<Row[]> {
  const folded = names.map(({ name }) => foldName(name));
  const mbids = names.flatMap(({ mbid }) => mbid ?? []);
  const keys = names.map(({ name }) => normalise(name));
  return await tx
    .select({
      id: artists.id,
      name: artists.name,
      sortName: artists.sortName,
      folded: artists.folded,
      mbid: artists.mbid,
    })
    .from(artists)
    .where(
      or(
        inArray(artists.folded, folded),
        inArray(artists.mbid, mbids),
        and(isNull(artists.folded), inArray(artists.key, keys)),
      ),
    )
    .orderBy(artists.id);
}

async function insertArtists(tx: Orm, rows: readonly Row[]): Promise<number> {
  if (rows.length === 0) return 0;
  const values = rows.map((row) => ({ ...row, ...searchKeys(row), unsettled: true }));
  const stored = await tx.insert(artists).values(values).onConflictDoNothing().returning({ id: artists.id });
  return stored.length;
}

async function updateArtists(tx: Orm, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return;
  const given = JSON.stringify(
    rows.map(({ id, name, folded, mbid, ...row }) => ({
      id,
      name,
      folded,
      mbid,
      key: normalise(name),
      ...sortKeys({ name, ...row }),
    })),
  );
  await tx.execute(sql`
    update ${artists} as a
    set name = given.name, key = given.key, folded = given.folded, mbid = given.mbid, sort_name = given.sort_name, sort_key = given.sort_key
    from jsonb_to_recordset(${given}::jsonb) as given(id text, name text, key text, folded text, mbid text, sort_name text, sort_key text)
    where a.id = given.id`);
}

const sortKeys = ({ name, sortName }: Pick<Row, 'name' | 'sortName'>) => ({
  sort_name: sortName,
  sort_key: normalise(sortName ?? name),
});
const searchKeys = ({ name, sortName }: Pick<Row, 'name' | 'sortName'>) => ({
  key: normalise(name),
  sortKey: normalise(sortName ?? name),
});
