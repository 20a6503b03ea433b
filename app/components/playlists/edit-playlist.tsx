'use client';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import type { FormEvent } from 'react';
import type { PlaylistPage } from '@/lib/contracts/api/playlists';
import type { Track } from '@/lib/contracts/catalog';
import { newId } from '@/lib/contracts/new-id';
import { Button } from '../ui/button';
import { Field } from '../ui/field';
import { Modal } from '../ui/modal';
import { toast } from '../ui/toast';
import { useChangePlaylist } from './changes';

/** Names a new playlist. Empty ones are opened when made; ones made of a track leave the listener where they are. */
export function NewPlaylist({ tracks, onClose }: { tracks: readonly Track[] | null; onClose: () => void }) {
  const t = useTranslations('playlists');
  const router = useRouter();
  const change = useChangePlaylist();
  const create = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get('name') ?? '').trim();
    if (name === '' || tracks === null) return;
    change.mutate(
      { kind: 'create', id: newId(), name, tracks },
      tracks.length === 0
        ? { accepted: (made) => router.push(`/playlists/${made.id}`) }
        : { confirmed: () => toast.success(t('created', { name })) },
    );
    onClose();
  };
  return (
    <Modal open={tracks !== null} onClose={onClose} title={t('new')}>
      <form onSubmit={create} className="grid gap-4">
        <Field label={t('name')} name="name" required maxLength={200} autoComplete="off" />
        <div className="flex justify-end gap-2">
          <Button type="submit" look="honey">
            {t('create')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

/** Name and description. */
export function EditPlaylist({ page, open, onClose }: { page: PlaylistPage; open: boolean; onClose: () => void }) {
  const t = useTranslations('playlists');
  const change = useChangePlaylist();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const said = new FormData(event.currentTarget);
    const name = String(said.get('name') ?? '').trim();
    const description = String(said.get('description') ?? '').trim();
    if (name !== '' && name !== page.name) change.mutate({ kind: 'rename', id: page.id, name });
    if (description !== page.description) change.mutate({ kind: 'describe', id: page.id, description });
    onClose();
  };
  return (
    <Modal open={open} onClose={onClose} title={t('edit')}>
      <form onSubmit={submit} className="grid gap-4">
        <Field label={t('name')} name="name" required maxLength={200} defaultValue={page.name} autoComplete="off" />
        <Field
          label={t('description')}
          name="description"
          maxLength={2000}
          defaultValue={page.description}
          autoComplete="off"
        />
        <Button type="submit" look="honey" className="justify-self-end">
          {t('save')}
        </Button>
      </form>
    </Modal>
  );
}
