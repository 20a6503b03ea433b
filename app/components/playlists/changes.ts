'use client';
/** Changes of playlists: shown at once, said to the server in order, then replaced by what the server made of them. */
import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRef } from 'react';
import { toast } from 'sonner';
import type { Track } from '@/lib/contracts/catalog';
import { isEnxameError } from '@/lib/contracts/errors';
import type { Accepted } from '@/lib/contracts/http';
import { newId } from '@/lib/contracts/ids';
import type { PlaylistSummary, PlaylistVisibility } from '@/lib/contracts/playlists';
import { useErrorText } from '../errors';
import { gateway, type PlaylistList, type PlaylistPage } from '../gateway';
import { keys } from '../queries';
import { withEntries, withName, withOrder, withoutEntries } from './optimistic';

export const PLAYLIST_CHANGE = ['playlist-change'];

export type PlaylistChange =
  | { kind: 'create'; id: string; name: string; tracks: readonly Track[]; created?: () => void }
  | { kind: 'rename'; id: string; name: string }
  | { kind: 'describe'; id: string; description: string }
  | { kind: 'delete'; id: string }
  | { kind: 'add'; id: string; tracks: readonly Track[] }
  | { kind: 'remove'; id: string; entryIds: readonly string[] }
  | { kind: 'reorder'; id: string; entryIds: readonly string[]; before: string | null }
  | { kind: 'share'; id: string; visibility: PlaylistVisibility; members: readonly string[] }
  | { kind: 'undo'; id: string; messageId: string };

/** Changes that the server refused, as a fact told; the latest only. */
const refused = new Set<string>();
const MAX_REFUSED = 100;

/** A fact says that a change was not made. */
export function noteRefused(messageId: string): void {
  refused.add(messageId);
  const [oldest] = refused;
  if (refused.size > MAX_REFUSED && oldest !== undefined) refused.delete(oldest);
}

/** Newest revision seen of each playlist, also of those whose page is not in the cache. */
const revisions = new Map<string, number>();

export function useChangePlaylist() {
  const client = useQueryClient();
  const errorText = useErrorText();
  const t = useTranslations('playlists');
  const again = useRef<(change: PlaylistChange) => void>(() => {});
  /** Says what was done, with a way back. */
  const tell = (change: PlaylistChange, messageId: string) => {
    if (change.kind === 'create' || refused.has(messageId)) return;
    if (change.kind === 'undo') {
      toast(t('undone'));
      return;
    }
    toast(t(`done.${change.kind}`), {
      action: { label: t('undo'), onClick: () => again.current({ kind: 'undo', id: change.id, messageId }) },
    });
  };
  const mutation = useMutation({
    mutationKey: PLAYLIST_CHANGE,
    // One after the other: each names the revision that the one before it made.
    scope: { id: 'playlists' },
    mutationFn: async (change: PlaylistChange) => {
      const answer = await send(client, change);
      await confirm(client, change.id, answer.messageId);
      if (change.kind === 'create') change.created?.();
      tell(change, answer.messageId);
    },
    onMutate: async (change) => {
      await client.cancelQueries({ queryKey: keys.playlists });
      await client.cancelQueries({ queryKey: keys.playlist(change.id) });
      show(client, change);
    },
    onError: (error, change) => {
      toast.error(errorText(error));
      if (change.kind === 'create') client.removeQueries({ queryKey: keys.playlist(change.id) });
      else void client.invalidateQueries({ queryKey: keys.playlist(change.id) });
      void client.invalidateQueries({ queryKey: keys.playlists });
    },
  });
  again.current = mutation.mutate;
  return mutation;
}

function send(client: QueryClient, change: PlaylistChange): Promise<Accepted> {
  switch (change.kind) {
    case 'create':
      return gateway.createPlaylist({
        playlistId: change.id,
        name: change.name,
        trackIds: change.tracks.map((track) => track.id),
      });
    case 'rename':
      return gateway.renamePlaylist(change.id, change.name);
    case 'describe':
      return gateway.describePlaylist(change.id, change.description);
    case 'delete':
      return gateway.deletePlaylist(change.id);
    case 'reorder':
      return gateway.reorderEntries(change.id, {
        revision: revisionOf(client, change.id),
        entryIds: change.entryIds,
        before: change.before,
      });
    case 'share':
      return gateway.sharePlaylist(change.id, { visibility: change.visibility, members: change.members });
    case 'undo':
      return gateway.undoChange(change.id, change.messageId);
    case 'add':
      return gateway.addEntries(change.id, {
        revision: revisionOf(client, change.id),
        trackIds: change.tracks.map((track) => track.id),
      });
    case 'remove':
      return gateway.removeEntries(change.id, {
        revision: revisionOf(client, change.id),
        entryIds: change.entryIds,
      });
  }
}

function revisionOf(client: QueryClient, id: string): number {
  const page = client.getQueryData<PlaylistPage>(keys.playlist(id));
  const summary = client.getQueryData<PlaylistList>(keys.playlists)?.playlists.find((playlist) => playlist.id === id);
  return Math.max(revisions.get(id) ?? 0, page?.revision ?? 0, summary?.revision ?? 0);
}

/** Reads what the server made of it; shown only when no later change of ours is still on its way. */
async function confirm(client: QueryClient, id: string, messageId: string): Promise<void> {
  const last = () => client.isMutating({ mutationKey: PLAYLIST_CHANGE }) <= 1;
  try {
    const page = await gateway.playlist(id, messageId);
    revisions.set(id, page.revision);
    if (last()) client.setQueryData<PlaylistPage>(keys.playlist(id), page);
  } catch (error) {
    if (!isEnxameError(error) || error.code !== 'not_found') throw error;
    client.removeQueries({ queryKey: keys.playlist(id) });
  }
  void client.invalidateQueries({ queryKey: keys.playlistChanges(id) });
  if (last()) await client.invalidateQueries({ queryKey: keys.playlists });
}

function show(client: QueryClient, change: PlaylistChange): void {
  const list = (edit: (playlists: PlaylistSummary[]) => PlaylistSummary[]) =>
    client.setQueryData<PlaylistList>(keys.playlists, (old) => old && { ...old, playlists: edit(old.playlists) });
  const page = (id: string, edit: (old: PlaylistPage) => PlaylistPage) =>
    client.setQueryData<PlaylistPage>(keys.playlist(id), (old) => old && edit(old));
  const count = (id: string, by: number) =>
    list((all) => all.map((p) => (p.id === id ? { ...p, trackCount: Math.max(0, p.trackCount + by) } : p)));
  const now = Date.now();
  switch (change.kind) {
    case 'create': {
      const empty: PlaylistSummary = {
        id: change.id,
        name: change.name,
        description: '',
        visibility: 'private',
        ownerId: '',
        role: 'owner',
        revision: 0,
        trackCount: 0,
        updatedAt: now,
      };
      const made = withEntries(
        { ...empty, members: [], people: [], entries: [], tracks: [] },
        change.tracks,
        now,
        newId,
      );
      list((all) => [{ ...empty, trackCount: made.trackCount }, ...all]);
      client.setQueryData<PlaylistPage>(keys.playlist(change.id), made);
      break;
    }
    case 'rename':
      list((all) => all.map((p) => (p.id === change.id ? { ...p, name: change.name } : p)));
      page(change.id, (old) => withName(old, change.name));
      break;
    case 'describe':
      page(change.id, (old) => ({ ...old, description: change.description }));
      break;
    case 'reorder':
      page(change.id, (old) => withOrder(old, change.entryIds, change.before));
      break;
    case 'share':
      list((all) => all.map((p) => (p.id === change.id ? { ...p, visibility: change.visibility } : p)));
      page(change.id, (old) => ({ ...old, visibility: change.visibility }));
      break;
    case 'undo':
      // What it brings back only the server knows.
      break;
    case 'delete':
      list((all) => all.filter((p) => p.id !== change.id));
      break;
    case 'add':
      count(change.id, change.tracks.length);
      page(change.id, (old) => withEntries(old, change.tracks, now, newId));
      break;
    case 'remove':
      count(change.id, -change.entryIds.length);
      page(change.id, (old) => withoutEntries(old, change.entryIds));
      break;
  }
}
