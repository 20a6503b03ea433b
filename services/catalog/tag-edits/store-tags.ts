import { asc, inArray, sql } from 'drizzle-orm';
import { DEFAULT_TAG_RULES, type TagRules } from '@/lib/contracts/tag-rules';
import type { Orm } from '@/lib/database/database';
import { makeSplits, type Names, nameFile, type Splits } from '../naming';
import { tracks } from '../schema';
import type { Tags } from '../tag-values';
import { keepable, keepablePath, withEdits } from './overlay';
import { tagRules, trackTags } from './schema';

/** What a file is named by. */
interface ReadTags {
  mediaKey: string;
  folder: string;
  tags: Tags;
  path: readonly string[];
}

/** The splits that were made last, with their rules as text: they change hardly ever. */
let lastMade: { rules: string; splits: Splits } | null = null;

/**
 * How names are split now. Until the transaction ends nobody changes the rules: whoever does names anew what is stored by then. To be asked before
 * anything is locked: all transactions lock the rules, tracks, their tags and the queue in this order.
 */
export async function currentSplits(tx: Orm): Promise<Splits> {
  const [row] = await tx.select({ rules: tagRules.rules }).from(tagRules).for('share');
  return splitsOf(row?.rules ?? DEFAULT_TAG_RULES);
}

function splitsOf(rules: TagRules): Splits {
  const text = JSON.stringify(rules);
  if (lastMade?.rules !== text) lastMade = { rules: text, splits: makeSplits(rules) };
  return lastMade.splits;
}

/**
 * Gives files the names of their tags, with what was edited of their tracks in the tags' place. Tracks that are known stay as they are until
 * the transaction ends, so that no edit gets lost.
 */
export async function nameFiles<F extends ReadTags>(
  tx: Orm,
  files: readonly F[],
  splits: Splits,
): Promise<(F & { names: Names })[]> {
  const keys = files.map(({ mediaKey }) => mediaKey);
  // In one order everywhere, so that two transactions never wait for each other.
  const known = await tx
    .select({ id: tracks.id, mediaKey: tracks.mediaKey })
    .from(tracks)
    .where(inArray(tracks.mediaKey, keys))
    .orderBy(asc(tracks.id))
    .for('no key update');
  const ids = known.map(({ id }) => id);
  const kept = await tx
    .select({ trackId: trackTags.trackId, edits: trackTags.edits })
    .from(trackTags)
    .where(inArray(trackTags.trackId, ids));
  const byTrack = new Map(kept.map(({ trackId, edits }) => [trackId, edits]));
  const byKey = new Map(known.map(({ id, mediaKey }) => [mediaKey, byTrack.get(id) ?? {}]));
  return files.map((file) => ({
    ...file,
    names: nameFile(withEdits(file.tags, byKey.get(file.mediaKey) ?? {}), file.path, file.folder, splits),
  }));
}

/** Keeps the tags that were read. What was edited stays. */
export async function storeTags(
  tx: Orm,
  read: readonly { trackId: string; tags: Tags; path: readonly string[] }[],
): Promise<void> {
  if (read.length === 0) return;
  await tx
    .insert(trackTags)
    .values(read.map(({ trackId, tags, path }) => ({ trackId, tags: keepable(tags), path: keepablePath(path) })))
    .onConflictDoUpdate({
      target: trackTags.trackId,
      set: { tags: sql`excluded.tags`, path: sql`excluded.path` },
    });
}
