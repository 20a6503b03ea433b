/** What other services know of a listener's tracks, as far as rules are about it. */
import type { MarkedKind } from '@/lib/contracts/choices';
import type { RpcResult } from '@/lib/contracts/rpc';
import { isSmartGroup, type SmartField, type SmartGroup, type SmartRules } from '@/lib/contracts/smart-fields';
import type { Bus } from '@/lib/messaging/bus';

type PlayColumns = Omit<RpcResult<'history.playNumbers'>, 'next'>;
export type MarkColumns = Omit<RpcResult<'playlists.markColumns'>, 'next'>;

/** Null: no rule asks for it. */
export interface ListenerFacts {
  plays: PlayColumns | null;
  track: MarkColumns | null;
  album: MarkColumns | null;
  artist: MarkColumns | null;
}

const FACTS_OF_FIELD: Partial<Record<SmartField | 'random', keyof ListenerFacts>> = {
  playCount: 'plays',
  skipCount: 'plays',
  lastPlayed: 'plays',
  loved: 'track',
  lovedAt: 'track',
  rating: 'track',
  albumLoved: 'album',
  albumRating: 'album',
  artistLoved: 'artist',
  artistRating: 'artist',
};

/** What must be known of the listener to tell which tracks the rules choose, and in what order. */
function factsNeeded(rules: SmartRules): Set<keyof ListenerFacts> {
  const fields = [...fieldsOf(rules), ...rules.sort.map(({ by }) => by)];
  return new Set(fields.flatMap((field) => FACTS_OF_FIELD[field] ?? []));
}

/** Fields that rules name. */
export function fieldsOf(group: SmartGroup): SmartField[] {
  return group.rules.flatMap((rule) => (isSmartGroup(rule) ? fieldsOf(rule) : rule.field));
}

/** Asks for it, in parts. @throws {EnxameError} what the services answer: without them nobody can tell which tracks are meant */
export async function readFacts(
  bus: Pick<Bus, 'request'>,
  accountId: string,
  rules: SmartRules,
): Promise<ListenerFacts> {
  const needed = factsNeeded(rules);
  const marks = (kind: MarkedKind) => (needed.has(kind) ? allMarks(bus, accountId, kind) : null);
  const [plays, track, album, artist] = await Promise.all([
    needed.has('plays') ? allPlays(bus, accountId) : null,
    marks('track'),
    marks('album'),
    marks('artist'),
  ]);
  return { plays, track, album, artist };
}

async function allPlays(bus: Pick<Bus, 'request'>, accountId: string): Promise<PlayColumns> {
  const all: PlayColumns = { trackIds: [], plays: [], skips: [], lastAt: [] };
  for (let after: string | null = null; ; ) {
    const part: RpcResult<'history.playNumbers'> = await bus.request('history.playNumbers', { accountId, after });
    all.trackIds = all.trackIds.concat(part.trackIds);
    all.plays = all.plays.concat(part.plays);
    all.skips = all.skips.concat(part.skips);
    all.lastAt = all.lastAt.concat(part.lastAt);
    if (part.next === null) return all;
    after = part.next;
  }
}

/** All marks of one kind. @throws {EnxameError} what the service answers */
export async function allMarks(bus: Pick<Bus, 'request'>, accountId: string, kind: MarkedKind): Promise<MarkColumns> {
  const all: MarkColumns = { ids: [], lovedAt: [], ratings: [] };
  for (let after: string | null = null; ; ) {
    const question = { accountId, kind, after };
    const part: RpcResult<'playlists.markColumns'> = await bus.request('playlists.markColumns', question);
    all.ids = all.ids.concat(part.ids);
    all.lovedAt = all.lovedAt.concat(part.lovedAt);
    all.ratings = all.ratings.concat(part.ratings);
    if (part.next === null) return all;
    after = part.next;
  }
}
