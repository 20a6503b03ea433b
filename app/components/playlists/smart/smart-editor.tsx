'use client';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { newId } from '@/lib/contracts/new-id';
import { countSmartRules, MAX_SMART_RULES, type SmartRules } from '@/lib/contracts/smart-fields';
import { Button } from '../../ui/button';
import { Field } from '../../ui/field';
import { Modal } from '../../ui/modal';
import { useChangePlaylist } from '../changes';
import { draftOf, isIncomplete, newCondition, rulesOf } from './draft';
import { OrderFields } from './order-fields';
import { Preview } from './preview';
import { RuleGroup } from './rule-group';

const EMPTY: SmartRules = { match: 'all', rules: [], sort: [], limit: null };

/** Makes a smart playlist, or gives one other rules; what they choose is shown beside them. @param edited null: a new one */
export function SmartEditor({
  edited,
  onClose,
}: {
  edited: { id: string; rules: SmartRules } | null;
  onClose: () => void;
}) {
  const t = useTranslations('smart');
  const playlists = useTranslations('playlists');
  const router = useRouter();
  const change = useChangePlaylist();
  const [draft, setDraft] = useState(() => {
    const begun = draftOf(edited?.rules ?? EMPTY, newId);
    return edited === null ? { ...begun, rules: [newCondition(newId())] } : begun;
  });
  const rules = rulesOf(draft);
  const problem = isIncomplete(draft)
    ? t('incomplete')
    : countSmartRules(rules) > MAX_SMART_RULES + 1
      ? t('tooMany', { count: MAX_SMART_RULES })
      : null;
  const save = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (problem !== null) return;
    if (edited !== null) change.mutate({ kind: 'define', id: edited.id, rules });
    else {
      const name = String(new FormData(event.currentTarget).get('name') ?? '').trim();
      if (name === '') return;
      const made = { kind: 'create', id: newId(), name, tracks: [], rules } as const;
      change.mutate(made, { accepted: ({ id }) => router.push(`/playlists/${id}`) });
    }
    onClose();
  };
  return (
    <Modal open wide onClose={onClose} title={edited === null ? t('new') : t('edit')}>
      <form onSubmit={save} className="grid grid-cols-1 gap-6">
        {edited === null && <Field label={playlists('name')} name="name" required maxLength={200} autoComplete="off" />}
        <RuleGroup group={draft} onChange={setDraft} />
        <OrderFields draft={draft} onChange={setDraft} />
        <Preview rules={rules} />
        <div className="sticky -bottom-6 -mx-6 -mb-6 flex flex-wrap items-center justify-end gap-3 border-t bg-surface px-6 py-3">
          <p role="status" className="min-w-0 flex-1 text-sm text-soft">
            {problem}
          </p>
          <Button type="submit" look="honey" disabled={problem !== null}>
            {edited === null ? playlists('create') : playlists('save')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
