'use client';
import { useTranslations } from 'next-intl';
import type { FormEvent } from 'react';
import type { PlaylistPage } from '@/lib/contracts/api/playlists';
import { Button } from '../ui/button';
import { Field } from '../ui/field';
import { Modal } from '../ui/modal';
import { useChangePlaylist } from './changes';

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
