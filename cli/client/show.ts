/** Answers as a person reads them in a terminal. */
import type { PlaylistPage } from '@/lib/contracts/api/playlists';
import type { Album, Artist, Track } from '@/lib/contracts/catalog';
import type { ListeningStats } from '@/lib/contracts/history';
import type { Message } from '@/lib/contracts/messages';
import type { PlaylistChange, PlaylistSummary } from '@/lib/contracts/playlists';
import type { SearchMeant } from '@/lib/contracts/search';
import { clock, moment, plain, table } from './output';
import type { recent, top } from './requests';

const GIBI = 2 ** 30;
const MIBI = 2 ** 20;
type People = readonly { id: string; name: string }[];

const nameOf = (people: People, id: string) => plain(people.find((person) => person.id === id)?.name ?? 'somebody');

/** What a search was taken for, or may have meant. */
export const meant = ({ q, applied }: SearchMeant) =>
  applied ? `Nothing found for these words. Showing results for: ${plain(q)}` : `Did you mean: ${plain(q)}`;

export function tracksTable(tracks: readonly Track[]): string {
  if (tracks.length === 0) return 'No tracks.';
  const rows = tracks.map((t) => [t.title, t.artist, t.album, clock(t.durationS), t.id]);
  return table(['Title', 'Artist', 'Album', 'Time', 'Id'], rows);
}

export function albumsTable(albums: readonly Album[]): string {
  const rows = albums.map((a) => [
    a.title,
    a.artist,
    a.year === null ? '' : String(a.year),
    String(a.trackCount),
    a.id,
  ]);
  return table(['Album', 'Artist', 'Year', 'Tracks', 'Id'], rows);
}

export function artistsTable(artists: readonly Artist[]): string {
  const rows = artists.map((a) => [a.name, String(a.albumCount), String(a.trackCount), a.id]);
  return table(['Artist', 'Albums', 'Tracks', 'Id'], rows);
}

export function playlistsTable(playlists: readonly PlaylistSummary[], people: People): string {
  if (playlists.length === 0) return 'No playlists.';
  const rows = playlists.map((p) => [
    p.name,
    nameOf(people, p.ownerId),
    p.visibility,
    p.role,
    String(p.trackCount),
    p.id,
  ]);
  return table(['Playlist', 'Owner', 'Visibility', 'Your role', 'Tracks', 'Id'], rows);
}

export function playlistPage(page: PlaylistPage): string {
  const byId = new Map(page.tracks.map((track) => [track.id, track]));
  const rows = page.entries.map(({ trackId }, at) => {
    const track = byId.get(trackId);
    return [String(at + 1), track?.title ?? 'not in the library', track?.artist ?? '', track?.album ?? '', trackId];
  });
  // Whom the owner named by an address is shown by it.
  const members = page.members
    .map((member) => (member.includes('@') ? plain(member) : nameOf(page.people, member)))
    .join(', ');
  const lines = [
    plain(page.name),
    `by ${nameOf(page.people, page.ownerId)} · ${page.visibility}${members === '' ? '' : ` with ${members}`} · changed ${moment(page.updatedAt)}`,
    ...(page.description === '' ? [] : [plain(page.description)]),
    '',
    rows.length === 0 ? 'No tracks.' : table(['#', 'Title', 'Artist', 'Album', 'Track id'], rows),
  ];
  return lines.join('\n');
}

export function changesTable(changes: readonly PlaylistChange[], people: People): string {
  if (changes.length === 0) return 'No changes yet.';
  const rows = changes.map((c) => [
    moment(c.at),
    nameOf(people, c.actorId),
    c.type.replace('playlist.', ''),
    c.undone ? 'undone' : '',
    c.messageId,
  ]);
  return table(['When', 'Who', 'What', '', 'Id'], rows);
}

export function recentTable({ plays, tracks }: Awaited<ReturnType<typeof recent>>): string {
  if (plays.length === 0) return 'Nothing played yet.';
  const byId = new Map(tracks.map((track) => [track.id, track]));
  const rows = plays.map((play) => {
    const track = byId.get(play.trackId);
    const counted = play.counted ? 'counts' : '';
    return [
      moment(play.startedAt),
      track?.title ?? play.trackId,
      track?.artist ?? '',
      play.state,
      clock(play.positionS),
      counted,
    ];
  });
  return table(['When', 'Title', 'Artist', 'State', 'At', ''], rows);
}

export function topTable({ top: most, tracks }: Awaited<ReturnType<typeof top>>): string {
  if (most.length === 0) return 'No plays in this time range.';
  const byId = new Map(tracks.map((track) => [track.id, track]));
  const rows = most.map((entry) => {
    const track = byId.get(entry.trackId);
    return [String(entry.plays), track?.title ?? entry.trackId, track?.artist ?? '', moment(entry.lastAt)];
  });
  return table(['Plays', 'Title', 'Artist', 'Last'], rows);
}

export function statsText(stats: ListeningStats): string {
  const { cache, peer, origin } = stats.bytes;
  const bytes = (n: number) => (n >= GIBI ? `${(n / GIBI).toFixed(1)} GiB` : `${(n / MIBI).toFixed(1)} MiB`);
  return [
    `${stats.plays} plays of ${stats.tracks} tracks, ${stats.skips} skipped, ${clock(stats.listenedS)} listened`,
    `from peers ${bytes(peer)}, from the server ${bytes(origin)}, from the cache ${bytes(cache)}`,
    ...stats.days.map(({ day, plays, listenedS }) => `${day}  ${String(plays).padStart(4)} plays  ${clock(listenedS)}`),
  ].join('\n');
}

/** One fact, in a line. */
export function factLine(fact: Message): string {
  const when = moment(fact.at);
  switch (fact.type) {
    case 'changed.playlist': {
      const { playlistId, revision, deleted, refused } = fact.data;
      const what =
        refused !== undefined
          ? `change refused: ${plain(refused.message)}`
          : deleted
            ? 'deleted'
            : `changed (revision ${revision})`;
      return `${when}  playlist ${playlistId} ${what}`;
    }
    case 'changed.history':
      return `${when}  history: track ${fact.data.trackId}`;
    case 'changed.track':
      return `${when}  track ${fact.data.trackId} ${fact.data.withdrawn ? 'withdrawn' : 'restored'}`;
    case 'changed.import':
      return `${when}  import: ${fact.data.read} of ${fact.data.found} files`;
    default:
      return `${when}  ${fact.type}`;
  }
}
