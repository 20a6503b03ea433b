'use client';
import { X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import type { PlaylistPage } from '@/lib/contracts/api/playlists';
import { type PlaylistVisibility, playlistVisibility } from '@/lib/contracts/playlists';
import { Button, IconButton } from '../ui/button';
import { Choice } from '../ui/choice';
import { Field } from '../ui/field';
import { Modal } from '../ui/modal';
import { useChangePlaylist } from './changes';

/** Who may see a playlist, and with whom it is made. The owner's alone. */
export function SharePlaylist({ page, onClose }: { page: PlaylistPage; onClose: () => void }) {
  const t = useTranslations('playlists');
  const change = useChangePlaylist();
  const [visibility, setVisibility] = useState<PlaylistVisibility>(page.visibility);
  /** Account ids of those who are members, e-mail addresses of those who shall be. */
  const [members, setMembers] = useState<readonly string[]>(page.members);
  const nameOf = (member: string) => {
    const person = page.people.find(({ id }) => id === member);
    return person === undefined ? member : person.name;
  };
  const add = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const email = String(new FormData(event.currentTarget).get('email') ?? '').trim();
    if (email !== '' && !members.includes(email)) setMembers([...members, email]);
    event.currentTarget.reset();
  };
  return (
    <Modal open onClose={onClose} title={t('shareTitle')}>
      <div className="grid gap-5">
        <Choice
          label={t('shareTitle')}
          value={visibility}
          onChange={setVisibility}
          options={playlistVisibility.options.map((value) => ({
            value,
            title: t(`visibility.${value}`),
            text: t(`visibilityText.${value}`),
          }))}
        />
        {visibility === 'shared' && (
          <div className="grid gap-3">
            {members.length > 0 && (
              <ul aria-label={t('members')} className="grid gap-1">
                {members.map((member) => (
                  <li
                    key={member}
                    className="flex items-center justify-between gap-2 rounded-lg bg-sunken px-3 text-sm"
                  >
                    <span className="min-w-0 truncate">{nameOf(member)}</span>
                    <IconButton
                      label={t('removeMember', { name: nameOf(member) })}
                      onClick={() => setMembers(members.filter((other) => other !== member))}
                    >
                      <X className="size-4" aria-hidden="true" />
                    </IconButton>
                  </li>
                ))}
              </ul>
            )}
            <form onSubmit={add} className="flex items-end gap-2">
              <div className="min-w-0 flex-1">
                <Field label={t('memberEmail')} name="email" type="email" required autoComplete="off" />
              </div>
              <Button type="submit" className="h-11">
                {t('addMember')}
              </Button>
            </form>
          </div>
        )}
        <Button
          look="honey"
          className="justify-self-end"
          onClick={() => {
            change.mutate({ kind: 'share', id: page.id, visibility, members: visibility === 'shared' ? members : [] });
            onClose();
          }}
        >
          {t('save')}
        </Button>
      </div>
    </Modal>
  );
}
