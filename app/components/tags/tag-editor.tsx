'use client';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { type FormEvent, useMemo, useState } from 'react';
import type { Track } from '@/lib/contracts/catalog';
import { MAX_EDITED_TRACKS, type TagField, type TagSheet } from '@/lib/contracts/tag-edits';
import { gateway } from '../ask';
import { keys } from '../queries';
import { Button } from '../ui/button';
import { Modal } from '../ui/modal';
import { ErrorNote, Pending, Skeleton } from '../ui/states';
import { toast } from '../ui/toast';
import { TagFieldInput } from './tag-field-input';
import { changeOf, type Draft, type Drafts, MAIN_FIELDS, MORE_FIELDS } from './tag-fields';
import { useUndoTags } from './undo-tags';

/** Edits the tags of one or many tracks, in the catalogue: the files stay as they are. */
export function TagEditor({ tracks, onClose }: { tracks: readonly Track[]; onClose: () => void }) {
  const t = useTranslations('tags');
  const ids = useMemo(() => [...new Set(tracks.map(({ id }) => id))], [tracks]);
  const [only] = tracks;
  const isTooMany = ids.length > MAX_EDITED_TRACKS;
  const sheet = useQuery({
    queryKey: [...keys.tags, 'sheet', ids],
    queryFn: ({ signal }) => gateway.tagSheet({ tracks: ids }, signal),
    enabled: !isTooMany,
    // What is being written must not change under the hand.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const about = ids.length === 1 && only !== undefined ? only.title : t('tracks', { count: ids.length });
  return (
    <Modal open onClose={onClose} title={t('edit')} description={about} wide>
      {isTooMany ? (
        <p className="text-sm">{t('tooMany', { count: MAX_EDITED_TRACKS })}</p>
      ) : (
        <>
          <Pending query={sheet}>
            <Skeleton className="h-80 rounded-xl" />
          </Pending>
          {sheet.data !== undefined && <Sheet ids={ids} sheet={sheet.data} onClose={onClose} />}
        </>
      )}
    </Modal>
  );
}

function Sheet({ ids, sheet, onClose }: { ids: string[]; sheet: TagSheet; onClose: () => void }) {
  const t = useTranslations('tags');
  const undo = useUndoTags();
  const [drafts, setDrafts] = useState<Drafts>({});
  const [showsMore, setShowsMore] = useState(false);
  const [wrong, setWrong] = useState<readonly TagField[]>([]);
  const save = useMutation({
    mutationFn: gateway.editTags,
    onSuccess: ({ editId, tracks }) => {
      onClose();
      if (editId === null) toast(t('unchanged'));
      else {
        toast.success(t('saved', { count: tracks }), {
          action: { label: t('undo'), onClick: () => undo.mutate(editId) },
        });
      }
    },
  });
  const change = (field: TagField, draft: Draft | undefined) => {
    setWrong((fields) => fields.filter((other) => other !== field));
    setDrafts(({ [field]: _, ...others }) => (draft === undefined ? others : { ...others, [field]: draft }));
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const { set, revert, wrong: refused } = changeOf(sheet, drafts);
    setWrong(refused);
    if (refused.some((field) => MORE_FIELDS.includes(field))) setShowsMore(true);
    if (refused.length === 0) save.mutate({ tracks: ids, set, revert });
  };
  const fields = (names: readonly TagField[]) => (
    <div className="grid items-start gap-x-4 gap-y-5 sm:grid-cols-2">
      {names.map((field) => (
        <TagFieldInput
          key={field}
          field={field}
          sheet={sheet}
          draft={drafts[field]}
          isWrong={wrong.includes(field)}
          onChange={(draft) => change(field, draft)}
        />
      ))}
    </div>
  );
  const edited = Object.keys(sheet.edited) as TagField[];
  const revertAll = () => {
    setDrafts(Object.fromEntries(edited.map((field) => [field, { kind: 'revert' }])));
    if (edited.some((field) => MORE_FIELDS.includes(field))) setShowsMore(true);
  };
  return (
    <form onSubmit={submit} className="grid gap-5" noValidate>
      <p className="text-sm text-soft">{t('explained')}</p>
      {fields(MAIN_FIELDS)}
      {showsMore ? (
        fields(MORE_FIELDS)
      ) : (
        <Button look="quiet" className="justify-self-start" aria-expanded={false} onClick={() => setShowsMore(true)}>
          {t('more')}
        </Button>
      )}
      {save.error !== null && <ErrorNote error={save.error} />}
      <div className="sticky -bottom-6 -mx-6 -mb-6 flex flex-wrap items-center justify-end gap-2 border-t bg-surface px-6 py-4">
        {edited.length > 0 && (
          <Button look="quiet" className="mr-auto" onClick={revertAll}>
            {t('revertAll')}
          </Button>
        )}
        <Button onClick={onClose}>{t('cancel')}</Button>
        <Button type="submit" look="honey" disabled={save.isPending || Object.keys(drafts).length === 0}>
          {t('save')}
        </Button>
      </div>
    </form>
  );
}
