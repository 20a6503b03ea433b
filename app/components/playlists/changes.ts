'use client';
/** Playlists as pages show and change them: what the server has, with this tab's pending changes on top, and what becomes of each change. */
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useCallback, useMemo, useSyncExternalStore } from 'react';
import type { PlaylistList, PlaylistPage } from '@/lib/contracts/api/playlists';
import { newId } from '@/lib/contracts/new-id';
import { systemClock } from '@/lib/util/clock';
import { gateway } from '../ask';
import { useErrorText } from '../errors';
import { keys, playlistQuery, usePlaylistOfServer, usePlaylistsOfServer } from '../queries';
import { toast } from '../ui/toast';
import { listWith, pageWith } from './optimistic';
import {
  type ChangeListener,
  isSameCreation,
  mayHaveArrived,
  type PendingChange,
  PendingChanges,
  type PlaylistChange,
  splitChange,
} from './pending-changes';

const NONE: readonly PendingChange[] = [];

const changesOfClient = new WeakMap<QueryClient, PendingChanges>();

/** The pending changes of a tab, beside its cache of answers. */
export function changesOf(client: QueryClient): PendingChanges {
  const known = changesOfClient.get(client);
  if (known !== undefined) return known;
  const made = new PendingChanges({
    clock: systemClock,
    send: (change, id) => send(client, change, id),
    outcome: (id) => gateway.commandOutcome(id),
    refresh: (change) => refresh(client, change),
    isSame: isSameCreation,
  });
  changesOfClient.set(client, made);
  return made;
}

function usePending(): readonly PendingChange[] {
  const changes = changesOf(useQueryClient());
  return useSyncExternalStore(changes.subscribe, changes.list, () => NONE);
}

export function usePlaylists(enabled = true) {
  const pending = usePending();
  const { data, error, isPending, refetch } = usePlaylistsOfServer(enabled);
  const shown = useMemo(() => listWith(data, pending), [data, pending]);
  return { data: shown, error, isPending, refetch };
}

/** `isNew`: what is shown is only asked for, and nothing of it was read from the server. `isLate`: a change of it takes long to be confirmed. */
export function usePlaylist(id: string) {
  const pending = usePending();
  const own = pending.filter(({ change }) => change.id === id);
  // Until it is confirmed there is nothing to read.
  const isThere = !own.some(({ change, state }) => change.kind === 'create' && state !== 'confirmed');
  const { data, error, isPending, refetch } = usePlaylistOfServer(id, isThere);
  const shown = useMemo(() => pageWith(data, id, pending), [data, id, pending]);
  return {
    data: shown,
    error,
    isPending,
    refetch,
    isNew: data === undefined,
    isLate: own.some(({ isLate }) => isLate),
  };
}

/** Those of which a change takes long to be confirmed. */
export function useLatePlaylists(): ReadonlySet<string> {
  const pending = usePending();
  return useMemo(() => new Set(pending.filter(({ isLate }) => isLate).map(({ change }) => change.id)), [pending]);
}

/** Says when a change takes long, and when it fails; with `again`, one that got no answer can be tried again. */
function useChangeNotices() {
  const errorText = useErrorText();
  const t = useTranslations('playlists');
  const common = useTranslations('common');
  return useCallback(
    (on: ChangeListener, again?: () => void): ChangeListener => {
      const notice = newId();
      return {
        ...on,
        late() {
          toast(t('stillSaving'), { id: notice, duration: Number.POSITIVE_INFINITY });
        },
        confirmed(change) {
          toast.dismiss(notice);
          on.confirmed?.(change);
        },
        rejected(error) {
          toast.dismiss(notice);
          on.rejected?.(error);
          const mayTryAgain = again !== undefined && mayHaveArrived(error);
          toast.error(
            errorText(error),
            mayTryAgain ? { action: { label: common('tryAgain'), onClick: again } } : undefined,
          );
        },
      };
    },
    [errorText, t, common],
  );
}

/** Changes playlists: `mutate` shows a change at once and says what becomes of it, with a way back. */
export function useChangePlaylist() {
  const changes = changesOf(useQueryClient());
  const notices = useChangeNotices();
  const t = useTranslations('playlists');
  const mutate = useCallback(
    function change(
      whole: PlaylistChange,
      on: Pick<ChangeListener, 'answered' | 'accepted' | 'confirmed' | 'rejected'> = {},
    ): void {
      const [wanted, rest] = splitChange(whole);
      const confirmed = (done: PlaylistChange, id: string) => {
        on.confirmed?.(done);
        if (rest !== null) change(rest);
        // Their dialogs say so.
        if (wanted.kind === 'create' || wanted.kind === 'import' || wanted.kind === 'share') return;
        if (wanted.kind === 'undo') toast(t('undone'));
        else {
          const undo = () => change({ kind: 'undo', id: wanted.id, messageId: id });
          toast(t(`done.${wanted.kind}`), { action: { label: t('undo'), onClick: undo } });
        }
      };
      const ask = (before?: string) => {
        const listener = notices({ ...on, confirmed: (done) => confirmed(done, id) }, () => ask(id));
        const id: string = changes.submit(wanted, listener, before);
      };
      ask();
    },
    [changes, notices, t],
  );
  return { mutate };
}

function send(client: QueryClient, change: PlaylistChange, id: string) {
  const revision = revisionOf(client, change.id);
  switch (change.kind) {
    case 'create':
      return gateway.createPlaylist(
        {
          playlistId: change.id,
          name: change.name,
          trackIds: change.tracks.map((track) => track.id),
          ...(change.rules === undefined ? {} : { rules: change.rules }),
        },
        id,
      );
    case 'rename':
      return gateway.renamePlaylist(change.id, change.name, id);
    case 'describe':
      return gateway.describePlaylist(change.id, change.description, id);
    case 'define':
      return gateway.definePlaylist(change.id, change.rules, id);
    case 'delete':
      return gateway.deletePlaylist(change.id, id);
    case 'reorder':
      return gateway.reorderEntries(change.id, { revision, entryIds: change.entryIds, before: change.before }, id);
    case 'share':
      return gateway.sharePlaylist(change.id, { visibility: change.visibility, members: change.members }, id);
    case 'undo':
      return gateway.undoChange(change.id, change.messageId, id);
    case 'add': {
      const trackIds = change.tracks.map((track) => track.id);
      return gateway.addEntries(change.id, { revision, trackIds, entryIds: change.entryIds }, id);
    }
    case 'remove':
      return gateway.removeEntries(change.id, { revision, entryIds: change.entryIds }, id);
    case 'import':
      return gateway.importPlaylist({ playlistId: change.id, format: change.format, text: change.text }, id);
  }
}

/** The newest that was read: what the server has since is merged. */
function revisionOf(client: QueryClient, id: string): number {
  const page = client.getQueryData<PlaylistPage>(keys.playlist(id));
  const summary = client.getQueryData<PlaylistList>(keys.playlists)?.playlists.find((playlist) => playlist.id === id);
  return Math.max(0, page?.revision ?? 0, summary?.revision ?? 0);
}

/** Also of a page that is not shown: it is there when it is opened. */
async function refresh(client: QueryClient, { kind, id }: PlaylistChange): Promise<void> {
  const list = client.invalidateQueries({ queryKey: keys.playlists });
  if (kind === 'delete') client.removeQueries({ queryKey: keys.playlist(id) });
  else if (kind === 'create' || kind === 'import') await client.fetchQuery({ ...playlistQuery(id), staleTime: 0 });
  else {
    void client.invalidateQueries({ queryKey: keys.playlistChanges(id) });
    if (kind === 'define' || kind === 'undo') void client.invalidateQueries({ queryKey: keys.smartTracks(id) });
    await client.invalidateQueries({ queryKey: keys.playlist(id), exact: true, refetchType: 'all' });
  }
  await list;
}
