'use client';
import { Check, Plus, X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useRef, useState } from 'react';
import type { PlaylistPage } from '@/lib/contracts/api/playlists';
import {
  MAX_PLAYLIST_MEMBERS,
  MIN_NAME_QUERY_CHARS,
  PLAYLIST_VISIBILITIES,
  type PlaylistVisibility,
} from '@/lib/contracts/choices';
import { usePeopleNamed } from '../queries';
import { Button, IconButton } from '../ui/button';
import { Choice } from '../ui/choice';
import { Field } from '../ui/field';
import { Modal } from '../ui/modal';
import { useChangePlaylist } from './changes';

/** Somebody to share with: an account with its name, or an e-mail address that stands for itself. */
interface Member {
  id: string;
  name: string;
}

interface Sharing {
  visibility: PlaylistVisibility;
  members: readonly Member[];
}

function sharingOf({ visibility, members, people }: PlaylistPage): Sharing {
  const nameOf = (id: string) => people.find((person) => person.id === id)?.name ?? id;
  return { visibility, members: members.map((id) => ({ id, name: nameOf(id) })) };
}

/** Who may see a playlist, and with whom it is made. The owner's alone. Each choice is sent as it is made. */
export function SharePlaylist({ page, onClose }: { page: PlaylistPage; onClose: () => void }) {
  const t = useTranslations('playlists');
  const change = useChangePlaylist();
  /** Until the server has it. */
  const [wanted, setWanted] = useState<Sharing | null>(null);
  const [isSaved, setSaved] = useState(false);
  const { visibility, members } = wanted ?? sharingOf(page);
  /** Of the time before it was made private or public: choosing people again finds them. */
  const kept = useRef<readonly Member[]>([]);
  const share = (to: PlaylistVisibility, whom: readonly Member[]) => {
    if (visibility === 'shared') kept.current = members;
    const sharing = { visibility: to, members: to === 'shared' ? whom : [] };
    setWanted(sharing);
    setSaved(false);
    const settled = () => setWanted((latest) => (latest === sharing ? null : latest));
    change.mutate(
      { kind: 'share', id: page.id, visibility: to, members: sharing.members.map(({ id }) => id) },
      {
        confirmed() {
          settled();
          setSaved(true);
        },
        rejected: settled,
      },
    );
  };
  const state = wanted !== null ? t('saving') : isSaved ? t('saved') : '';
  return (
    <Modal
      open
      onClose={onClose}
      title={t('shareTitle')}
      {...(page.rules === undefined ? {} : { description: t('smartSharing') })}
    >
      <div className="grid gap-5">
        <Choice
          label={t('shareTitle')}
          value={visibility}
          onChange={(to) => share(to, kept.current)}
          options={PLAYLIST_VISIBILITIES.map((value) => ({
            value,
            title: t(`visibility.${value}`),
            text: t(page.rules !== undefined && value === 'shared' ? 'smartShared' : `visibilityText.${value}`),
          }))}
        />
        {visibility === 'shared' && (
          <div className="grid gap-4">
            {members.length > 0 && (
              <ul aria-label={t('members')} className="grid gap-1">
                {members.map((member) => (
                  <li
                    key={member.id}
                    className="flex items-center justify-between gap-2 rounded-lg bg-sunken px-3 text-sm"
                  >
                    <span className="min-w-0 truncate">{member.name}</span>
                    <IconButton
                      label={t('removeMember', { name: member.name })}
                      onClick={() =>
                        share(
                          'shared',
                          members.filter(({ id }) => id !== member.id),
                        )
                      }
                    >
                      <X className="size-4" aria-hidden="true" />
                    </IconButton>
                  </li>
                ))}
              </ul>
            )}
            {members.length < MAX_PLAYLIST_MEMBERS && (
              <FindPeople members={members} onPick={(member) => share('shared', [...members, member])} />
            )}
          </div>
        )}
        <div className="flex min-h-10 items-center justify-between gap-3">
          <p role="status" className="flex items-center gap-1.5 text-sm text-soft">
            {wanted === null && isSaved && <Check className="size-4 text-good" aria-hidden="true" />}
            {state}
          </p>
          <Button look="honey" onClick={onClose}>
            {t('closeSharing')}
          </Button>
        </div>
      </div>
    </Modal>
  );
}

/** Listeners by their names; who is known by address alone is taken by it. */
function FindPeople({ members, onPick }: { members: readonly Member[]; onPick: (member: Member) => void }) {
  const t = useTranslations('playlists');
  const [text, setText] = useState('');
  const wanted = text.trim();
  // What exactly an address is, the server knows: one that it does not take is refused.
  const isAddress = /^\S+@\S+\.\S+$/.test(wanted);
  const { data, isFetching } = usePeopleNamed(isAddress ? '' : wanted);
  const isIn = ({ id }: Member) => members.some((member) => member.id === id);
  const asked = wanted.length >= MIN_NAME_QUERY_CHARS;
  const found = !asked ? [] : isAddress ? [{ id: wanted, name: wanted }] : (data?.people ?? []);
  const choices = found.filter((one) => !isIn(one));
  const pick = (member: Member) => {
    setText('');
    onPick(member);
  };
  return (
    <form
      className="grid gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        const [only, another] = choices;
        if (only !== undefined && another === undefined) pick(only);
      }}
    >
      <Field
        label={t('findPeople')}
        hint={t('findPeopleHint')}
        name="person"
        value={text}
        onChange={(event) => setText(event.target.value)}
        autoComplete="off"
        spellCheck={false}
      />
      {choices.length > 0 && (
        <ul aria-label={t('foundPeople')} className="grid gap-1">
          {choices.map((person) => (
            <li key={person.id}>
              <button
                type="button"
                aria-label={t('shareWith', { name: person.name })}
                onClick={() => pick(person)}
                className="flex min-h-10 w-full items-center justify-between gap-2 rounded-lg border px-3 text-left text-sm hover:border-line-strong hover:bg-wash"
              >
                <span className="min-w-0 truncate">{person.name}</span>
                <Plus className="size-4 shrink-0 text-soft" aria-hidden="true" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <p role="status" className="text-sm text-soft empty:hidden">
        {asked && !isFetching && choices.length === 0 ? (found.length > 0 ? t('alreadyIn') : t('nobodyFound')) : ''}
      </p>
    </form>
  );
}
