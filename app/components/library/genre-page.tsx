'use client';
import Link from 'next/link';
import { useSearchParams } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { mayPass } from '../errors';
import { later } from '../later';
import { useGenre } from '../queries';
import { PageName } from '../ui/heading';
import { Pending, Skeleton } from '../ui/states';
import { Albums, Artists } from './browse';
import { GridSkeleton } from './cards';
import { genreSubject } from './genres';
import type { Within } from './list-page';
import { PlayAll } from './play-all';

const Tracks = later(() => import('./tracks').then((module) => module.Tracks), TracksToCome);

/** What is shown of a genre; the first is what no address names. */
const LISTS = { albums: Albums, artists: Artists, tracks: Tracks };
const SHOWN = ['albums', 'artists', 'tracks'] as const;

/** A genre with its albums, artists or tracks. */
export function GenrePage({ id }: { id: string }) {
  const t = useTranslations('genres');
  const nav = useTranslations('nav');
  const query = useGenre(id);
  const wanted = useSearchParams().get('show');
  const shown = SHOWN.find((one) => one === wanted) ?? SHOWN[0];
  if (query.data === undefined || (query.error !== null && !mayPass(query.error))) {
    return (
      <div className="page">
        <Pending query={query}>
          <Skeleton className="mb-10 h-12 w-72 max-w-full" />
          <GridSkeleton />
        </Pending>
      </div>
    );
  }
  const { genre } = query.data;
  const List = LISTS[shown];
  const heading = (
    <div className="mb-8">
      <PageName name={genre.name} />
      <p className="mt-2 mb-4 text-sm text-soft">{t('counts', { albums: genre.albums, tracks: genre.tracks })}</p>
      <PlayAll tracks={[]} total={genre.tracks} subject={genreSubject(genre)} />
      <nav aria-label={t('show')} className="mt-8 flex gap-6 border-b">
        {SHOWN.map((one) => (
          <Link
            key={one}
            href={one === SHOWN[0] ? `/genres/${id}` : `/genres/${id}?show=${one}`}
            replace
            scroll={false}
            aria-current={one === shown ? 'page' : undefined}
            className="-mb-px inline-flex min-h-11 items-center border-b-2 border-transparent text-sm font-medium text-soft hover:text-ink aria-[current]:border-honey aria-[current]:font-semibold aria-[current]:text-ink"
          >
            {nav(one)}
          </Link>
        ))}
      </nav>
    </div>
  );
  return <List key={shown} within={{ genre: id, heading }} />;
}

function TracksToCome({ within }: { within?: Within }) {
  return (
    <div className="page">
      {within?.heading}
      <Skeleton className="h-64 rounded-xl" />
    </div>
  );
}
