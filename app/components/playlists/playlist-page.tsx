'use client';
import { Pencil, Trash2 } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { clock } from '../format';
import { PlayAll } from '../library/play-all';
import { TrackList, TrackListSkeleton } from '../library/track-list';
import { usePlaylist } from '../queries';
import { Button, buttonClass, IconButton } from '../ui/button';
import { Field } from '../ui/field';
import { PageName } from '../ui/heading';
import { Modal } from '../ui/modal';
import { Empty, Pending, Skeleton } from '../ui/states';
import { useChangePlaylist } from './changes';
import { rowsOf } from './optimistic';

export function PlaylistPage({ id }: { id: string }) {
  const t = useTranslations('playlists');
  const query = usePlaylist(id);
  const { data } = query;
  const change = useChangePlaylist();
  if (data === undefined) {
    return (
      <div className="page">
        <Pending query={query}>
          <Skeleton className="mb-8 h-12 w-72 max-w-full" />
          <TrackListSkeleton />
        </Pending>
      </div>
    );
  }
  const rows = rowsOf(data);
  const tracks = rows.map((row) => row.track);
  const seconds = tracks.reduce((sum, track) => sum + track.durationS, 0);
  return (
    <div className="page">
      <div className="flex items-start justify-between gap-3">
        <PageName name={data.name} />
        <div className="flex">
          <Rename id={id} name={data.name} />
          <Delete id={id} name={data.name} />
        </div>
      </div>
      <p className="mt-2 mb-5 text-sm text-soft">
        {t('tracks', { count: data.trackCount })}
        {seconds > 0 && ` · ${clock(seconds)}`}
      </p>
      {rows.length === 0 ? (
        <Empty
          title={t('noTracks')}
          action={
            <Link href="/search" className={buttonClass('honey')}>
              {t('findTracks')}
            </Link>
          }
        >
          {t('noTracksHint')}
        </Empty>
      ) : (
        <>
          <div className="mb-6">
            <PlayAll tracks={tracks} />
          </div>
          <TrackList
            label={data.name}
            rows={rows.map(({ entryId, track }) => ({
              key: entryId,
              track,
              onRemove: () => change.mutate({ kind: 'remove', id, entryIds: [entryId] }),
            }))}
          />
        </>
      )}
    </div>
  );
}

function Rename({ id, name }: { id: string; name: string }) {
  const t = useTranslations('playlists');
  const change = useChangePlaylist();
  const [open, setOpen] = useState(false);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const next = String(new FormData(event.currentTarget).get('name') ?? '').trim();
    if (next !== '' && next !== name) change.mutate({ kind: 'rename', id, name: next });
    setOpen(false);
  };
  return (
    <>
      <IconButton label={t('rename')} onClick={() => setOpen(true)}>
        <Pencil className="size-4" aria-hidden="true" />
      </IconButton>
      <Modal open={open} onClose={() => setOpen(false)} title={t('rename')}>
        <form onSubmit={submit} className="grid gap-4">
          <Field label={t('name')} name="name" required maxLength={200} defaultValue={name} autoComplete="off" />
          <Button type="submit" look="honey" className="justify-self-end">
            {t('save')}
          </Button>
        </form>
      </Modal>
    </>
  );
}

function Delete({ id, name }: { id: string; name: string }) {
  const t = useTranslations('playlists');
  const router = useRouter();
  const change = useChangePlaylist();
  const [open, setOpen] = useState(false);
  return (
    <>
      <IconButton label={t('delete')} onClick={() => setOpen(true)}>
        <Trash2 className="size-4" aria-hidden="true" />
      </IconButton>
      <Modal open={open} onClose={() => setOpen(false)} title={t('delete')} description={t('deleteSure', { name })}>
        <div className="flex justify-end gap-2">
          <Button onClick={() => setOpen(false)}>{t('keepIt')}</Button>
          <Button
            look="danger"
            onClick={() => {
              setOpen(false);
              change.mutate({ kind: 'delete', id });
              router.push('/playlists');
            }}
          >
            {t('deleteIt')}
          </Button>
        </div>
      </Modal>
    </>
  );
}
