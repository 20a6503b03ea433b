'use client';
/** Music that is played and acted on as one: tracks, an album, an artist, a playlist. */
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Album, Artist, Track } from '@/lib/contracts/catalog';
import type { MarkedKind } from '@/lib/contracts/choices';
import type { PlaylistSummary } from '@/lib/contracts/playlists';
import { downloadUrl } from '../addresses';
import { useErrorText } from '../errors';
import { usePlayTracks } from '../listening/context';
import { rowsOf } from '../playlists/optimistic';
import { albumQuery, artistQuery, playlistQuery, smartTracksQuery } from '../queries';
import type { MenuEntry } from '../ui/menu-request';
import { toast } from '../ui/toast';

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

/** Reading and playing what a subject has. */
export function useMusicActions() {
  const errorText = useErrorText();
  const client = useQueryClient();
  const playTracks = usePlayTracks();
  return useMemo(() => {
    const withTracks = async (tracks: MusicSubject['tracks'], act: (tracks: readonly Track[]) => void) => {
      try {
        act(typeof tracks === 'function' ? await tracks(client) : tracks);
      } catch (error) {
        toast.error(errorText(error));
      }
    };
    return {
      /** Reads the tracks where the page does not have them, and says so when that fails. */
      withTracks,
      play: (subject: MusicSubject) => withTracks(subject.tracks, (tracks) => playTracks(tracks)),
    };
  }, [errorText, client, playTracks]);
}
