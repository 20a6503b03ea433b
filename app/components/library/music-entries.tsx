'use client';
/** What the menu of music can do. It loads after the page, as the menu does. */
import { Disc3, Download, Link2, ListEnd, ListPlus, ListStart, MicVocal, Sparkles, SquarePen, Tag } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useCallback, useMemo } from 'react';
import type { Track } from '@/lib/contracts/catalog';
import { MAX_MIX_SEEDS } from '@/lib/contracts/choices';
import { gateway } from '../ask';
import { copyText } from '../clipboard';
import { useErrorText } from '../errors';
import { isPlayable, useListening, usePlayTracks } from '../listening/context';
import { MenuMarks } from '../marks/menu-marks';
import { useMe } from '../queries';
import { useInterface } from '../shell/interface';
import { Entries } from '../ui/menu-content';
import type { MenuEntry } from '../ui/menu-request';
import { toast } from '../ui/toast';
import { newSeed } from './list-address';
import { type MusicSubject, useMusicActions } from './music-subject';

/** The entries of a subject's open menu. */
export function MusicEntries({ subject }: { subject: MusicSubject }) {
  return <Entries entries={useMusicEntries()(subject)} />;
}

/** The entries of a subject's menu. */
export function useMusicEntries(): (subject: MusicSubject) => MenuEntry[] {
  const t = useTranslations('track');
  const router = useRouter();
  const mayDownload = useMe().data?.downloads === true;
  const actions = useMenuActions();
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

/** What a mix of a subject begins from; null: nothing does. */
function mixOf({ marks }: MusicSubject): Parameters<typeof gateway.mix>[0]['of'] | null {
  const [one] = marks?.ids ?? [];
  if (marks === undefined || one === undefined) return null;
  if (marks.kind !== 'track') return { kind: marks.kind, id: one };
  return { kind: 'tracks', ids: marks.ids.slice(0, MAX_MIX_SEEDS) };
}

/** What a menu does with a subject, with a word about each that cannot be seen at once. */
function useMenuActions() {
  const t = useTranslations('track');
  const errorText = useErrorText();
  const { command } = useListening();
  const playTracks = usePlayTracks();
  const { addToPlaylist, editTags } = useInterface();
  const { withTracks } = useMusicActions();
  return useMemo(() => {
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
  }, [t, errorText, command, playTracks, withTracks, addToPlaylist, editTags]);
}
