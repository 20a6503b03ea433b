import { asc, eq, gt, sql } from 'drizzle-orm';
import type { RpcResult } from '@/lib/contracts/rpc';
import { DEFAULT_TAG_RULES, MAX_PREVIEWED, type RulesPreview, type TagRules } from '@/lib/contracts/tag-rules';
import { inTransaction, type Orm } from '@/lib/database/database';
import { makeSplits, type Splits } from '../naming';
import { name } from '../path-names';
import { enqueueAll } from './renaming';
import { tagRules, toName, trackTags } from './schema';
import { currentSplits } from './store-tags';

/** Tracks in one query: short enough in PGlite for playback to come between. */
const BATCH = 500;
/** Whoever looks at a preview waits no longer than this (ms); it then says how much of the library it is of. */
const PREVIEW_MS = 3_000;

/** The rules by which names are split now, and how many tracks are still to be named by them. */
export async function readRules(orm: Orm): Promise<RpcResult<'catalog.tagRules'>> {
  const [row] = await orm.select({ rules: tagRules.rules }).from(tagRules);
  const [waiting] = await orm.select({ count: sql<number>`count(*)::int` }).from(toName);
  const rules = row?.rules ?? null;
  return { rules: rules ?? DEFAULT_TAG_RULES, areDefault: rules === null, waiting: waiting?.count ?? 0 };
}

/**
 * Changes the rules; all tracks are to be named anew afterwards, where that changes something.
 * @param rules null: those that come with Enxame
 */
export async function setRules(orm: Orm, rules: TagRules | null): Promise<void> {
  await inTransaction(orm, async (tx) => {
    // Waits for whoever names files by the rules before: what they store is named anew, too.
    await tx.update(tagRules).set({ rules }).where(eq(tagRules.id, 1));
    await enqueueAll(tx);
  });
}

/** What other rules would split otherwise, of the names in the tags of the library. */
export async function previewRules(
  orm: Orm,
  { rules, sample }: { rules: TagRules; sample?: string | undefined },
): Promise<RulesPreview> {
  const [before, after] = [await currentSplits(orm), makeSplits(rules)];
  const found = new Differences(before, after);
  const [{ total = 0 } = {}] = await orm.select({ total: sql<number>`count(*)::int` }).from(trackTags);
  const endAt = Date.now() + PREVIEW_MS;
  let read = 0;
  for (let last = ''; found.changes.length < MAX_PREVIEWED && Date.now() < endAt; ) {
    const rows = await orm
      .select({
        trackId: trackTags.trackId,
        artists: sql<string[] | null>`${trackTags.tags}->'artist'->'values'`,
        albumArtists: sql<string[] | null>`${trackTags.tags}->'albumArtist'->'values'`,
        others: sql<{ name: string }[] | null>`${trackTags.tags}->'others'`,
        genres: sql<string[] | null>`${trackTags.tags}->'genres'`,
      })
      .from(trackTags)
      .where(gt(trackTags.trackId, last))
      .orderBy(asc(trackTags.trackId))
      .limit(BATCH);
    for (const { artists, albumArtists, others, genres } of rows) {
      for (const text of [...(artists ?? []), ...(albumArtists ?? [])]) found.look('artists', text);
      for (const other of others ?? []) found.look('others', other.name);
      for (const text of genres ?? []) found.look('genres', text);
    }
    read += rows.length;
    last = rows.at(-1)?.trackId ?? '';
    if (rows.length < BATCH) break;
  }
  const text = name(sample);
  return {
    changes: found.changes.slice(0, MAX_PREVIEWED),
    read: Math.min(read, total),
    total,
    ...(text !== '' && { sample: { artists: after.artists(text).names, genres: after.genres(text).names } }),
  };
}

/** Texts that two sets of rules split differently, each once. */
class Differences {
  readonly changes: RulesPreview['changes'] = [];
  private readonly met = new Set<string>();

  constructor(
    private readonly before: Splits,
    private readonly after: Splits,
  ) {}

  look(kind: keyof Splits, tagged: string): void {
    const text = name(tagged);
    const key = `${kind} ${text}`;
    if (text === '' || this.met.has(key)) return;
    this.met.add(key);
    const [before, after] = [this.before[kind](text).names, this.after[kind](text).names];
    if (before.join('\n') === after.join('\n')) return;
    const change = { kind: kind === 'genres' ? ('genres' as const) : ('artists' as const), text, before, after };
    // The same text may be tagged as artist and as composer.
    const line = JSON.stringify(change);
    if (this.met.has(line)) return;
    this.met.add(line);
    this.changes.push(change);
  }
}
