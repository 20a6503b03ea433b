'use client';
import { ChevronRight, Folder as FolderIcon } from 'lucide-react';
import Link from 'next/link';
import { useSearchParams } from 'next/navigation';
import { useLocale, useTranslations } from 'next-intl';
import type { Folder } from '@/lib/contracts/catalog';
import { count } from '../format';
import { folderQuery, useMusicFolder, useMusicFolders } from '../queries';
import { Heading, Section } from '../ui/heading';
import { Pending, Skeleton } from '../ui/states';
import { EmptyLibrary } from './empty-library';
import { LibraryTabs } from './library-tabs';
import type { MusicSubject } from './music-subject';
import { PlayAll } from './play-all';
import { TrackList } from './track-list';
import { useScrollPlace } from './use-scroll-place';

/** The library as it lies on the disk. Which folder is shown stands in the address. */
export function Folders() {
  const parameters = useSearchParams();
  const root = parameters.get('root');
  const path = parameters.get('path') ?? '';
  return <div className="page">{root === null ? <Roots /> : <OneFolder root={root} path={path} />}</div>;
}

function Roots() {
  const t = useTranslations('musicFolders');
  const query = useMusicFolders();
  const folders = query.data?.folders;
  useScrollPlace(folders !== undefined);
  return (
    <>
      <LibraryTabs />
      <Heading title={t('title')} />
      <Pending query={query}>
        <Skeleton className="h-40 rounded-xl" />
      </Pending>
      {folders?.length === 0 && <EmptyLibrary />}
      <FolderList folders={folders ?? []} label={t('title')} />
    </>
  );
}

function OneFolder({ root, path }: { root: string; path: string }) {
  const t = useTranslations('musicFolders');
  const query = useMusicFolder(root, path);
  useScrollPlace(query.data !== undefined);
  if (query.data === undefined) {
    return (
      <>
        <LibraryTabs />
        <Pending query={query}>
          <Skeleton className="h-64 rounded-xl" />
        </Pending>
      </>
    );
  }
  const { folder, folders, tracks, total } = query.data;
  const subject: MusicSubject = {
    name: folder.name,
    tracks: async (client) => (await client.fetchQuery(folderQuery(root, path))).tracks,
    links: [folderHref(folder)],
  };
  return (
    <>
      <LibraryTabs />
      <Trail rootName={folder.rootName} root={root} path={folder.path} />
      <Heading title={folder.name}>{total > 0 && <PlayAll tracks={tracks} total={total} subject={subject} />}</Heading>
      <FolderList folders={folders} label={t('title')} />
      {tracks.length > 0 && (
        <Section title={t('tracks')}>
          <TrackList
            rows={tracks.map((track) => ({ key: track.id, track }))}
            label={t('tracks')}
            all={tracks.length < total ? subject.tracks : tracks}
          />
        </Section>
      )}
    </>
  );
}

/** The folders that it lies in. */
function Trail({ rootName, root, path }: { rootName: string; root: string; path: string }) {
  const t = useTranslations('musicFolders');
  const names = path.split('/').filter((name) => name !== '');
  const above = [
    { name: t('title'), href: '/folders' },
    ...(names.length > 0 ? [{ name: rootName, href: folderHref({ root, path: '' }) }] : []),
    ...names.slice(0, -1).map((name, n) => ({
      name,
      href: folderHref({ root, path: names.slice(0, n + 1).join('/') }),
    })),
  ];
  return (
    <nav aria-label={t('path')} className="mb-2">
      <ol className="flex flex-wrap items-center gap-1 text-sm text-soft">
        {above.map(({ name, href }) => (
          <li key={href} className="flex min-w-0 items-center gap-1">
            <Link href={href} className="truncate rounded hover:text-ink hover:underline">
              {name}
            </Link>
            <ChevronRight className="size-4 shrink-0" aria-hidden="true" />
          </li>
        ))}
      </ol>
    </nav>
  );
}

function FolderList({ folders, label }: { folders: readonly Folder[]; label: string }) {
  const locale = useLocale();
  if (folders.length === 0) return null;
  return (
    <ul aria-label={label} className="grid gap-x-6 sm:grid-cols-2 lg:grid-cols-3">
      {folders.map((folder) => (
        <li
          key={`${folder.root}/${folder.path}`}
          className="[content-visibility:auto] [contain-intrinsic-size:auto_3rem]"
        >
          <Link href={folderHref(folder)} className="flex h-12 items-center gap-3 rounded-lg px-2 hover:bg-wash">
            <FolderIcon className="size-5 shrink-0 text-accent" aria-hidden="true" />
            <span className="min-w-0 flex-1 truncate text-sm font-medium">{folder.name}</span>
            <span className="text-xs text-soft numbers">{count(folder.trackCount, locale)}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

const folderHref = ({ root, path }: { root: string; path: string }) =>
  `/folders?${new URLSearchParams({ root, ...(path !== '' && { path }) })}`;
