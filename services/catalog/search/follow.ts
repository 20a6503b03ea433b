import { lt, sql } from 'drizzle-orm';
import { type Orm, queryRows } from '@/lib/database/database';
import { searchChanges } from './schema';

/** What an index needs to read anew: the named ones, and of those renamed also the tracks that are found by them. */
export interface Changed {
  tracks: Set<string>;
  albums: Set<string>;
  artists: Set<string>;
  renamed: { albums: Set<string>; artists: Set<string>; genres: Set<string> };
}

/** Changes are kept for so long (minutes): whoever did not ask meanwhile reads everything anew. */
const KEPT_MINUTES = 60;
const LATE_MS = (KEPT_MINUTES / 2) * 60_000;

/**
 * Reads which names changed since it last asked. A transaction's rows are seen once it has committed, also when later ones committed before it: the first
 * transaction that was still running is remembered, and all rows from it on are looked at again, but for those that were seen.
 */
export class ChangeFollower {
  /** The first transaction that was not over. */
  private from: string | null = null;
  private seen = new Map<number, string>();
  private askedAt = 0;

  constructor(private readonly orm: Orm) {}

  /** What comes from now on is told by {@link next}; what is committed already is not. */
  async begin(): Promise<void> {
    const [row] = await queryRows<{ xmin: string; now: string }>(
      this.orm,
      sql`select pg_snapshot_xmin(pg_current_snapshot())::text as xmin, ${NOW_MS} as now`,
    );
    this.from = row?.xmin ?? null;
    this.askedAt = Number(row?.now);
    this.seen.clear();
  }

  /** @returns null when it asked so long ago that changes may be gone: the index is to be made anew */
  async next(): Promise<Changed | null> {
    // One statement, so that both are of one snapshot. The limit of the transaction comes also where nothing changed.
    const rows = await queryRows<Row>(
      this.orm,
      sql`select ${NOW_MS} as now, pg_snapshot_xmin(pg_current_snapshot())::text as xmin,
          c.seq::float8 as seq, c.xid::text as xid, c.kind, c.ids, c.renamed
        from (select 1) as one left join ${searchChanges} as c
          on c.xid >= ${this.from}::xid8 and c.seq <> all(${sql.param([...this.seen.keys()])}::bigint[])
        order by c.seq`,
    );
    const [first] = rows;
    const now = Number(first?.now);
    if (first === undefined || now - this.askedAt > LATE_MS) return null;
    const changed = noChange();
    for (const row of rows) {
      if (row.seq === null) continue;
      this.seen.set(row.seq, row.xid);
      collect(changed, row);
    }
    this.from = first.xmin;
    this.askedAt = now;
    const from = BigInt(first.xmin);
    for (const [seq, xid] of this.seen) if (BigInt(xid) < from) this.seen.delete(seq);
    return changed;
  }
}

interface Row {
  now: string;
  xmin: string;
  /** Null, as all behind it, in the one row of an answer without changes. */
  seq: number | null;
  xid: string;
  kind: 'track' | 'album' | 'artist' | 'genre';
  ids: string[];
  renamed: boolean;
}

const NOW_MS = sql`(extract(epoch from clock_timestamp()) * 1000)::float8`;

function collect({ tracks, albums, artists, renamed }: Changed, row: Row): void {
  const [changed, ofTracks] = {
    track: [tracks, null],
    album: [albums, renamed.albums],
    artist: [artists, renamed.artists],
    genre: [null, renamed.genres],
  }[row.kind] as [Set<string> | null, Set<string> | null];
  for (const id of row.ids) {
    changed?.add(id);
    if (row.renamed) ofTracks?.add(id);
  }
}

export const noChange = (): Changed => ({
  tracks: new Set(),
  albums: new Set(),
  artists: new Set(),
  renamed: { albums: new Set(), artists: new Set(), genres: new Set() },
});

/** Changes that everybody has seen. */
export async function forgetOldChanges(orm: Orm): Promise<void> {
  await orm.delete(searchChanges).where(lt(searchChanges.at, sql`now() - make_interval(mins => ${KEPT_MINUTES})`));
}
