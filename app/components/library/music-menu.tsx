'use client';
/** What can be done with music wherever it is shown: tracks, albums, artists and playlists have one menu. */
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import {
  Disc3,
  Download,
  Ellipsis,
  Link2,
  ListEnd,
  ListPlus,
  ListStart,
  MicVocal,
  Sparkles,
  SquarePen,
  Tag,
} from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useCallback, useMemo } from 'react';
import type { Album, Artist, Track } from '@/lib/contracts/catalog';
import { MAX_MIX_SEEDS, type MarkedKind } from '@/lib/contracts/choices';
import type { PlaylistSummary } from '@/lib/contracts/playlists';
import { downloadUrl } from '../addresses';
import { gateway } from '../ask';
import { copyText } from '../clipboard';
import { useErrorText } from '../errors';
import { later } from '../later';
import { isPlayable, useListening, usePlayTracks } from '../listening/context';
import { rowsOf } from '../playlists/optimistic';
import { albumQuery, artistQuery, playlistQuery, smartTracksQuery, useMe } from '../queries';
import { useInterface } from '../shell/interface';
import { IconButton } from '../ui/button';
import { useMenu } from '../ui/menu';
import { type MenuEntry, menuPlace } from '../ui/menu-request';
import { toast } from '../ui/toast';
import { newSeed } from './list-address';

const MenuMarks = later(() => import('../marks/menu-marks').then((module) => module.MenuMarks));

/** What a menu is about. */
export interface MusicSubject {
  /** Null: several tracks, which have no name together. */
  name: string | null;
  /** In order; read from the server where the page does not have them. */
  tracks: readonly Track[] | ((client: QueryClient) => Promise<readonly Track[]>);
  /** How many tracks it is, where the page has not all of them. */
  count?: number | undefined;
  /** Paths of the pages that show it. */
  links: readonly string[];
  /** What can be a favourite and be rated; absent: nothing. */
  marks?: { kind: MarkedKind; ids: readonly string[] };
  albumId?: string | undefined;
  artistId?: string | undefined;
  genreId?: string | undefined;
  /** Where its files are to be had, for those who may download. */
  download?: string | undefined;
  /** What else can be done with it where it is shown. */
  more?: readonly MenuEntry[];
}

export function tracksSubject(tracks: readonly Track[]): MusicSubject {
  const same = <K extends keyof Track>(key: K) =>
    tracks.every((track) => track[key] === tracks[0]?.[key]) ? tracks[0]?.[key] : undefined;
  return {
    name: tracks.length === 1 ? (tracks[0]?.title ?? null) : null,
    tracks,
    links: tracks.map((track) => `/albums/${track.albumId}#${track.id}`),
    marks: { kind: 'track', ids: [...new Set(tracks.map((track) => track.id))] },
    download: tracks.length === 1 && tracks[0] ? downloadUrl('tracks', tracks[0].id) : undefined,
    albumId: same('albumId'),
    artistId: same('artistId'),
    genreId: tracks.length === 1 ? tracks[0]?.genres?.[0]?.id : undefined,
  };
}

export const albumSubject = ({ id, title, artistId }: Pick<Album, 'id' | 'title' | 'artistId'>): MusicSubject => ({
  name: title,
  tracks: async (client) => (await client.fetchQuery(albumQuery(id))).tracks,
  links: [`/albums/${id}`],
  marks: { kind: 'album', ids: [id] },
  download: downloadUrl('albums', id),
  artistId,
});

export const artistSubject = ({ id, name }: Pick<Artist, 'id' | 'name'>): MusicSubject => ({
  name,
  tracks: async (client) => (await client.fetchQuery(artistQuery(id))).tracks,
  links: [`/artists/${id}`],
  marks: { kind: 'artist', ids: [id] },
});

export const playlistSubject = ({ id, name }: Pick<PlaylistSummary, 'id' | 'name'>): MusicSubject => ({
  name,
  tracks: async (client) => {
    const page = await client.fetchQuery(playlistQuery(id));
    if (page.rules !== undefined) return (await client.fetchQuery(smartTracksQuery(id))).tracks;
    return rowsOf(page).map((row) => row.track);
  },
  links: [`/playlists/${id}`],
  download: downloadUrl('playlists', id),
});

/** What a mix of a subject begins from; null: nothing does. */
function mixOf({ marks }: MusicSubject): Parameters<typeof gateway.mix>[0]['of'] | null {
  const [one] = marks?.ids ?? [];
  if (marks === undefined || one === undefined) return null;
  if (marks.kind !== 'track') return { kind: marks.kind, id: one };
  return { kind: 'tracks', ids: marks.ids.slice(0, MAX_MIX_SEEDS) };
}

/** What is done with a subject, with a word about each that cannot be seen at once. */
export function useMusicActions() {
  const t = useTranslations('track');
  const errorText = useErrorText();
  const client = useQueryClient();
  const { command } = useListening();
  const playTracks = usePlayTracks();
  const { addToPlaylist, editTags } = useInterface();
  return useMemo(() => {
    const withTracks = async (tracks: MusicSubject['tracks'], act: (tracks: readonly Track[]) => void) => {
      try {
        act(typeof tracks === 'function' ? await tracks(client) : tracks);
      } catch (error) {
        toast.error(errorText(error));
      }
    };
    const enqueue = (subject: MusicSubject, where: 'next' | 'end') =>
      withTracks(subject.tracks, (tracks) => {
        const playable = tracks.filter(isPlayable);
        command((player) => {
          const count = player.enqueue(playable, where);
          const { name } = subject;
          if (count < playable.length) toast.error(t('queueFull', { count }));
          else if (name === null) toast(t(where === 'next' ? 'playsNextCount' : 'queuedCount', { count }));
          else toast(t(where === 'next' ? 'playsNext' : 'queued', { title: name }));
        });
      });
    const instantMix = async (subject: MusicSubject) => {
      const of = mixOf(subject);
      if (of === null) return;
      try {
        const { tracks } = await gateway.mix({ of, seed: newSeed() });
        // What it begins from is heard first, where that is a track.
        const begun = of.kind === 'tracks' && Array.isArray(subject.tracks) ? (subject.tracks as readonly Track[]) : [];
        playTracks([...begun, ...tracks]);
        toast(subject.name === null ? t('mixPlaysOfMany') : t('mixPlays', { title: subject.name }));
      } catch (error) {
        toast.error(errorText(error));
      }
    };
    return {
      instantMix,
      /** Reads the tracks where the page does not have them, and says so when that fails. */
      withTracks,
      play: (subject: MusicSubject) => withTracks(subject.tracks, (tracks) => playTracks(tracks)),
      playNext: (subject: MusicSubject) => enqueue(subject, 'next'),
      addToQueue: (subject: MusicSubject) => enqueue(subject, 'end'),
      addToPlaylist: (subject: MusicSubject) => withTracks(subject.tracks, addToPlaylist),
      editTags: (subject: MusicSubject) => withTracks(subject.tracks, editTags),
      copyLink: async ({ links }: MusicSubject) => {
        const copied = await copyText(links.map((path) => new URL(path, location.origin).href).join('\n'));
        if (copied) toast(t('linkCopied', { count: links.length }));
        else toast.error(t('copyFailed'));
      },
    };
  }, [t, errorText, client, command, playTracks, addToPlaylist, editTags]);
}

/** The entries of a subject's menu. */
export function useMusicEntries(): (subject: MusicSubject) => MenuEntry[] {
  const t = useTranslations('track');
  const router = useRouter();
  const mayDownload = useMe().data?.downloads === true;
  const actions = useMusicActions();
  const isAdmin = useMe().data?.account?.role === 'admin';
  return useCallback(
    (subject) => {
      const { tracks, albumId, artistId, genreId, links, marks, download, more = [] } = subject;
      const mayPlay = typeof tracks === 'function' || tracks.some(isPlayable);
      const when = (shown: boolean, entry: MenuEntry): MenuEntry[] => (shown ? [entry] : []);
      const elsewhere = [
        ...when(albumId !== undefined, {
          icon: Disc3,
          label: t('toAlbum'),
          onSelect: () => router.push(`/albums/${albumId}`),
        }),
        ...when(artistId !== undefined, {
          icon: MicVocal,
          label: t('toArtist'),
          onSelect: () => router.push(`/artists/${artistId}`),
        }),
        ...when(genreId !== undefined, {
          icon: Tag,
          label: t('toGenre'),
          onSelect: () => router.push(`/genres/${genreId}`),
        }),
        // Links of some of the tracks would be links of something else.
        ...when(subject.count === undefined && links.length > 0, {
          icon: Link2,
          label: t('copyLink', { count: links.length }),
          onSelect: () => void actions.copyLink(subject),
        }),
      ];
      return [
        ...when(mayPlay, { icon: ListStart, label: t('playNext'), onSelect: () => void actions.playNext(subject) }),
        ...when(mayPlay, { icon: ListEnd, label: t('addToQueue'), onSelect: () => void actions.addToQueue(subject) }),
        ...when(mayPlay && mixOf(subject) !== null, {
          icon: Sparkles,
          label: t('instantMix'),
          onSelect: () => void actions.instantMix(subject),
        }),
        { icon: ListPlus, label: t('addToPlaylist'), onSelect: () => void actions.addToPlaylist(subject) },
        ...(download !== undefined && mayDownload && mayPlay
          ? [{ icon: Download, label: t('download'), href: download }]
          : []),
        ...more,
        ...when(isAdmin, { icon: SquarePen, label: t('editTags'), onSelect: () => void actions.editTags(subject) }),
        ...(marks === undefined ? [] : (['separator', { draw: () => <MenuMarks {...marks} /> }] as const)),
        ...(elsewhere.length > 0 ? (['separator'] as const) : []),
        ...elsewhere,
      ];
    },
    [t, router, actions, mayDownload, isAdmin],
  );
}

/** Opens a subject's menu. */
export function useMusicMenu() {
  const t = useTranslations('track');
  const open = useMenu();
  const entriesOf = useMusicEntries();
  return useCallback(
    (subject: MusicSubject, place: ReturnType<typeof menuPlace>) =>
      open({
        ...place,
        label:
          subject.name === null
            ? t('count', { count: subject.count ?? subject.links.length })
            : t('more', { title: subject.name }),
        entries: entriesOf(subject),
      }),
    [t, open, entriesOf],
  );
}

export function MoreButton({ subject, className = '' }: { subject: MusicSubject; className?: string }) {
  const t = useTranslations('track');
  const openMenu = useMusicMenu();
  return (
    <IconButton
      label={t('more', { title: subject.name ?? '' })}
      aria-haspopup="menu"
      className={className}
      onClick={(event) => openMenu(subject, menuPlace(event.currentTarget))}
    >
      <Ellipsis className="size-5" aria-hidden="true" />
    </IconButton>
  );
}
