'use client';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { Heading } from '../ui/heading';
import { Empty, ErrorNote, Loading } from '../ui/states';
import { EmptyLibrary } from './empty-library';
import { LibraryTabs } from './library-tabs';
import type { ListAddress } from './list-address';
import { ListControls } from './list-controls';
import type { PagedList } from './paged-list';
import { useScrollPlace } from './use-scroll-place';

/** Where a list is a part of a page about something else. */
export interface Within {
  genre: string;
  heading: ReactNode;
}

export const genreOf = (within: Within | undefined) => (within === undefined ? {} : { genre: within.genre });

/** A list of the library: its name, how it is sorted and narrowed, and what is in it. */
export function ListPage<S extends Parameters<typeof ListControls>[0]['sorts'][number]>({
  title,
  heading,
  list: { total, error, isPending, isOld, refetch },
  address,
  sorts,
  meanwhile,
  actions,
  children,
}: {
  title: string;
  /** In the stead of the library's name and tabs, where this is a part of another page. */
  heading?: ReactNode;
  list: PagedList<unknown>;
  address: ListAddress<S>;
  sorts: readonly S[];
  meanwhile: ReactNode;
  actions?: ReactNode;
  children: (count: number) => ReactNode;
}) {
  const t = useTranslations('list');
  const narrowed = address.q !== '' || address.fromYear !== undefined || address.toYear !== undefined;
  useScrollPlace(total !== undefined);
  return (
    <div className="page">
      {heading ?? (
        <>
          <LibraryTabs />
          <Heading title={title}>{actions}</Heading>
        </>
      )}
      {(total !== 0 || narrowed) && <ListControls address={address} sorts={sorts} />}
      <p role="status" className={total === undefined || isOld ? 'sr-only' : 'mb-4 text-sm text-soft numbers'}>
        {total !== undefined && !isOld && (narrowed ? t('found', { count: total }) : t('count', { count: total }))}
      </p>
      {error !== null && <ErrorNote error={error} retry={refetch} />}
      {isPending && error === null && total === undefined && <Loading>{meanwhile}</Loading>}
      {total === 0 && (narrowed ? <Empty title={t('nothing')}>{t('nothingHint')}</Empty> : <EmptyLibrary />)}
      {total !== undefined && total > 0 && (
        <div className={isOld ? 'opacity-60 transition-opacity' : ''}>{children(total)}</div>
      )}
    </div>
  );
}
