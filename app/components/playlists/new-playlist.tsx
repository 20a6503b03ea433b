'use client';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import type { FormEvent } from 'react';
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
