import type { Track } from '@/lib/contracts/catalog';
import type { PlaylistDetail } from '@/lib/contracts/playlists';
import { MAX_SMART_PAGE } from '@/lib/contracts/smart';
import { allTracks } from './lookups';
import type { Call } from './route';

interface Page {
  offset: number;
  limit: number;
}

/** A part of what rules choose for an account. */
export async function chosenTracks(
  ask: Call['ask'],
  accountId: string,
  rules: NonNullable<PlaylistDetail['rules']>,
  page: Page,
): Promise<{ tracks: Track[]; total: number; durationS: number }> {
  const { trackIds, ...sums } = await ask('catalog.smart', { accountId, rules, ...page });
  return { tracks: await allTracks(ask, trackIds), ...sums };
}

/**
 * Ids of a playlist's tracks in their order: its own, or those that its rules choose by its owner's plays and marks.
 * @returns `total`: how many there are, of which a smart playlist gives MAX_SMART_PAGE
 */
export async function trackIdsOf(
  ask: Call['ask'],
  { entries, ownerId, rules }: PlaylistDetail,
): Promise<{ trackIds: string[]; total: number; durationS: number | null }> {
  if (rules === undefined) {
    return { trackIds: entries.map(({ trackId }) => trackId), total: entries.length, durationS: null };
  }
  return await ask('catalog.smart', { accountId: ownerId, rules, offset: 0, limit: MAX_SMART_PAGE });
}
