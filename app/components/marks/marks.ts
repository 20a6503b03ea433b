'use client';
/** Favourites and ratings as pages show and change them. */
import { type InfiniteData, type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useCallback, useMemo, useSyncExternalStore } from 'react';
import type { ServerConnection } from '@/lib/client/connection';
import type { Accepted } from '@/lib/contracts/api/playlists';
import { MAX_ENTRIES_A_CHANGE, type MarkedKind } from '@/lib/contracts/choices';
import type { Message } from '@/lib/contracts/messages';
import { systemClock } from '@/lib/util/clock';
import { inParts } from '@/lib/util/in-parts';
import { gateway } from '../ask';
import { useErrorText } from '../errors';
import { mayHaveArrived, PendingChanges } from '../playlists/pending-changes';
import { keys } from '../queries';
import { toast } from '../ui/toast';
import { type FavouritesPage, pagesWithout } from './favourites-pages';
import { isLoved, type MarkBits, type MarkChange, MarkStore, starsOf } from './mark-store';

type MarkChanges = PendingChanges<MarkChange, Accepted>;

interface Marks {
  store: MarkStore;
  changes: MarkChanges;
}

const marksOfClient = new WeakMap<QueryClient, Marks>();

/** Of a tab, beside its cache of answers. */
function marksOf(client: QueryClient): Marks {
  const known = marksOfClient.get(client);
  if (known !== undefined) return known;
  const store = new MarkStore({
    clock: systemClock,
    ask: (items) => {
      const ids = (kind: MarkedKind) => items.flatMap((one) => (one.kind === kind ? [one.id] : []));
      return gateway.marks({ tracks: ids('track'), albums: ids('album'), artists: ids('artist') });
    },
    pending: () => changes.list(),
  });
  const changes: MarkChanges = new PendingChanges<MarkChange, Accepted>({
    clock: systemClock,
    send: ({ kind, items, to }, id) =>
      'loved' in to
        ? gateway.setFavourite({ kind, loved: to.loved, items }, id)
        : gateway.rate({ kind, ids: items.map((item) => item.id), rating: to.rating }, id),
    outcome: (id) => gateway.commandOutcome(id),
    // Its event has told all.
    refresh: async ({ kind, items }, revision) => {
      if (revision !== null) return;
      void client.invalidateQueries({ queryKey: keys.favourites(kind) });
      await store.refresh(items.map(({ id }) => ({ kind, id })));
    },
  });
  changes.subscribe(() => store.tellAll());
  const made = { store, changes };
  marksOfClient.set(client, made);
  return made;
}

/** Keeps what is shown up to date. @returns unsubscribe */
export function followMarks(
  connection: Pick<ServerConnection, 'onEvent' | 'onReturn'>,
  client: QueryClient,
  onRefused: (refused: NonNullable<Message<'changed.marks'>['data']['refused']>) => void,
): () => void {
  const { store, changes } = marksOf(client);
  const stopEvents = connection.onEvent((event) => {
    if (event.type !== 'changed.marks') return;
    const { marks, refused } = event.data;
    store.take(marks, event.data);
    const isOwn = changes.onEvent(event);
    if (refused !== undefined && !isOwn) onRefused(refused);
    if (refused === undefined) refreshLists(client, event.data);
  });
  const stopReturns = connection.onReturn(() => {
    changes.returned();
    store.returned();
  });
  return () => {
    stopEvents();
    stopReturns();
  };
}

/** What is no favourite any more leaves the lists without a question: long lists have many pages. */
function refreshLists(client: QueryClient, { marks }: Message<'changed.marks'>['data']): void {
  const [kind] = marks.map((mark) => mark.kind);
  if (kind === undefined) return;
  const queryKey = keys.favourites(kind);
  const data = client.getQueryData<InfiniteData<FavouritesPage>>(queryKey);
  const left = data && pagesWithout(data.pages, marks);
  if (data === undefined || left === undefined || left === null) void client.invalidateQueries({ queryKey });
  else client.setQueryData(queryKey, { ...data, pages: left });
}

/** Whether it is a favourite, and its stars. Null: not known yet. */
export function useMarkBits(kind: MarkedKind, id: string): MarkBits {
  const { store } = marksOf(useQueryClient());
  const subscribe = useCallback((listener: () => void) => store.subscribe({ kind, id }, listener), [store, kind, id]);
  return useSyncExternalStore(
    subscribe,
    () => store.bits({ kind, id }),
    () => null,
  );
}

/** How many of these are favourites, and the stars they have in common (0: none, or different ones). */
export function useMarksOf(kind: MarkedKind, ids: readonly string[]): { allLoved: boolean; stars: number } {
  const { store } = marksOf(useQueryClient());
  const subscribe = useCallback(
    (listener: () => void) => {
      const stops = ids.map((id) => store.subscribe({ kind, id }, listener));
      return () => {
        for (const stop of stops) stop();
      };
    },
    [store, kind, ids],
  );
  // A text, so that it is drawn again only where it changes.
  const read = () => {
    const bits = ids.map((id) => store.bits({ kind, id }));
    const [stars = 0] = bits.map(starsOf);
    return `${bits.every(isLoved) ? 1 : 0}${bits.every((one) => starsOf(one) === stars) ? stars : 0}`;
  };
  const told = useSyncExternalStore(subscribe, read, () => '00');
  return useMemo(() => ({ allLoved: told[0] === '1', stars: Number(told[1]) }), [told]);
}

/** Marks at once, and says what became of it, with a way back for favourites that were removed. */
export function useMarkActions() {
  const client = useQueryClient();
  const t = useTranslations('marks');
  const common = useTranslations('common');
  const errorText = useErrorText();
  return useMemo(() => {
    const { store, changes } = marksOf(client);
    const submit = (change: MarkChange, before?: string): void => {
      const id = changes.submit(
        change,
        {
          rejected: (error) =>
            toast.error(
              errorText(error),
              mayHaveArrived(error)
                ? { action: { label: common('tryAgain'), onClick: () => submit(change, id) } }
                : undefined,
            ),
        },
        before,
      );
    };
    const bitsOf = (kind: MarkedKind, id: string) => store.bits({ kind, id });
    const setLoved = (kind: MarkedKind, items: MarkChange['items'], loved: boolean) => {
      for (const part of inParts(items, MAX_ENTRIES_A_CHANGE))
        submit({ id: 'marks', kind, items: part, to: { loved } });
    };
    const love = (kind: MarkedKind, ids: readonly string[], loved: boolean) => {
      const was = ids.flatMap((id) => {
        const since = store.lovedAt({ kind, id });
        return isLoved(bitsOf(kind, id)) ? [{ id, ...(since === null ? {} : { since }) }] : [];
      });
      setLoved(
        kind,
        ids.map((id) => ({ id })),
        loved,
      );
      if (loved) toast(t('added', { count: ids.length }));
      else {
        const undo = () => setLoved(kind, was, true);
        toast(
          t('removed', { count: ids.length }),
          was.length === 0 ? undefined : { action: { label: t('undo'), onClick: undo } },
        );
      }
    };
    return {
      love,
      /** What is not all favourites becomes so; else none is any more. Once it is known what they are. */
      async toggle(kind: MarkedKind, ids: readonly string[]) {
        const unknown = ids.filter((id) => bitsOf(kind, id) === null);
        try {
          await store.refresh(unknown.map((id) => ({ kind, id })));
          love(kind, ids, !ids.every((id) => isLoved(bitsOf(kind, id))));
        } catch (error) {
          toast.error(errorText(error));
        }
      },
      /** @param stars 1 to 5; null: none */
      rate(kind: MarkedKind, ids: readonly string[], stars: number | null) {
        const items = ids.map((id) => ({ id }));
        for (const part of inParts(items, MAX_ENTRIES_A_CHANGE))
          submit({ id: 'marks', kind, items: part, to: { rating: stars } });
        toast(stars === null ? t('unrated', { count: ids.length }) : t('rated', { stars }));
      },
    };
  }, [client, t, common, errorText]);
}
