'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useLocale, useTranslations } from 'next-intl';
import type { PublicPerson } from '@/lib/contracts/api/account';
import type { TagEdit, TagField } from '@/lib/contracts/tag-edits';
import { gateway } from '../ask';
import { useErrorText } from '../errors';
import { useDates } from '../format';
import { keys, useTagEdits } from '../queries';
import { Button } from '../ui/button';
import { Section } from '../ui/heading';
import { More } from '../ui/more';
import { Empty, Pending, Skeleton } from '../ui/states';
import { toast } from '../ui/toast';
import { useUndoTags } from './undo-tags';

/** What administrators edited, the latest first, with the way back. */
export function TagEdits() {
  const t = useTranslations('tags');
  const list = useTagEdits();
  const edits = list.data?.pages.flatMap((page) => page.edits);
  const people = list.data?.pages.flatMap((page) => page.people) ?? [];
  return (
    <Section title={t('edits')}>
      <p className="mb-4 max-w-prose text-sm text-soft">{t('editsText')}</p>
      <Pending query={list}>
        <Skeleton className="h-40 rounded-xl" />
      </Pending>
      {edits?.length === 0 && <Empty title={t('noEdits')}>{t('noEditsText')}</Empty>}
      {edits !== undefined && edits.length > 0 && (
        <ul aria-label={t('edits')} className="grid gap-px">
          {edits.map((edit) => (
            <Edit key={edit.id} edit={edit} people={people} />
          ))}
        </ul>
      )}
      <More query={list} />
    </Section>
  );
}

function Edit({ edit, people }: { edit: TagEdit; people: readonly PublicPerson[] }) {
  const t = useTranslations('tags');
  const errorText = useErrorText();
  const client = useQueryClient();
  const dates = useDates();
  const locale = useLocale();
  const undo = useUndoTags();
  const revert = useMutation({
    mutationFn: gateway.revertTagEdit,
    onSuccess: ({ tracks }) => (tracks > 0 ? toast.success(t('reverted', { count: tracks })) : toast(t('unchanged'))),
    onSettled: () => client.invalidateQueries({ queryKey: keys.tagEdits }),
    onError: (error) => toast.error(errorText(error)),
  });
  const who = people.find(({ id }) => id === edit.accountId)?.name ?? t('somebody');
  const list = (fields: readonly TagField[]) =>
    new Intl.ListFormat(locale).format(fields.map((field) => t(`fields.${field}`)));
  const what = [
    ...(edit.set.length > 0 ? [t('editSet', { fields: list(edit.set) })] : []),
    ...(edit.reverted.length > 0 ? [t('editReverted', { fields: list(edit.reverted) })] : []),
  ].join(' ');
  const count = t('tracks', { count: edit.tracks });
  const name = edit.name === null ? count : edit.tracks === 1 ? edit.name : `${edit.name} · ${count}`;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t py-3 first:border-t-0">
      <div className="min-w-0 flex-1 basis-60">
        <p className={`text-sm font-medium break-words ${edit.undone ? 'text-soft line-through' : ''}`}>{name}</p>
        <p className="text-xs text-soft">{edit.kind === 'undo' ? t('editUndo', { what }) : what}</p>
        <p className="text-xs text-soft numbers">
          {who} · {dates.moment(edit.at)}
          {edit.undone && ` · ${t('wasUndone')}`}
        </p>
      </div>
      <div className="flex gap-2">
        {!edit.undone && (
          <Button disabled={undo.isPending} onClick={() => undo.mutate(edit.id)} aria-label={`${t('undo')}: ${name}`}>
            {t('undo')}
          </Button>
        )}
        {edit.set.length > 0 && (
          <Button
            look="quiet"
            disabled={revert.isPending}
            onClick={() => revert.mutate(edit.id)}
            aria-label={`${t('revert')}: ${name}`}
          >
            {t('revert')}
          </Button>
        )}
      </div>
    </li>
  );
}
