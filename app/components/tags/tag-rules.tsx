'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ArrowRight } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { type FormEvent, useId, useState } from 'react';
import type { TagRules as Rules, RulesPreview } from '@/lib/contracts/tag-rules';
import { gateway } from '../ask';
import { useErrorText } from '../errors';
import { keys, useTagRules } from '../queries';
import { Button } from '../ui/button';
import { Field } from '../ui/field';
import { Section } from '../ui/heading';
import { Pending, Skeleton } from '../ui/states';
import { toast } from '../ui/toast';
import { RULE_LISTS, type RuleList, rulesOf, textsOf } from './tag-rules-form';

/** How names in tags are split into artists and genres: rules, names that are never split, and what other rules would change. */
export function TagRules() {
  const t = useTranslations('tagRules');
  const query = useTagRules();
  return (
    <Section title={t('title')}>
      <p className="mb-4 max-w-prose text-sm text-soft">{t('text')}</p>
      <Pending query={query}>
        <Skeleton className="h-80 rounded-xl" />
      </Pending>
      {query.data !== undefined && (
        <>
          <p role="status" className="mb-4 text-sm font-medium empty:hidden">
            {query.data.waiting > 0 && t('waiting', { count: query.data.waiting })}
          </p>
          {/* Rules that somebody else saved meanwhile take the place of what was written. */}
          <RulesForm
            key={JSON.stringify(query.data.rules)}
            rules={query.data.rules}
            areDefault={query.data.areDefault}
          />
        </>
      )}
    </Section>
  );
}

function RulesForm({ rules: saved, areDefault }: { rules: Rules; areDefault: boolean }) {
  const t = useTranslations('tagRules');
  const errorText = useErrorText();
  const client = useQueryClient();
  const [texts, setTexts] = useState(() => textsOf(saved));
  const [sample, setSample] = useState('');
  const [wrong, setWrong] = useState<readonly RuleList[]>([]);
  const onError = (error: unknown) => toast.error(errorText(error));
  const save = useMutation({
    mutationFn: gateway.setTagRules,
    onSuccess: () => toast.success(t('saved')),
    onSettled: () => client.invalidateQueries({ queryKey: keys.tagRules }),
    onError,
  });
  const preview = useMutation({ mutationFn: gateway.previewTagRules, onError });
  const withRules = (act: (rules: Rules) => void) => {
    const { rules, wrong: refused } = rulesOf(texts);
    setWrong(refused);
    if (refused.length === 0) act(rules);
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    withRules((rules) => save.mutate(rules));
  };
  const change = (list: RuleList, text: string) => {
    setTexts((now) => ({ ...now, [list]: text }));
    setWrong((lists) => lists.filter((other) => other !== list));
    preview.reset();
  };
  return (
    <form onSubmit={submit} noValidate className="grid gap-5">
      <div className="grid items-start gap-x-4 gap-y-5 sm:grid-cols-2 lg:grid-cols-3">
        {RULE_LISTS.map((list) => (
          <ListField
            key={list}
            list={list}
            text={texts[list]}
            isWrong={wrong.includes(list)}
            onChange={(text) => change(list, text)}
          />
        ))}
        <Field
          label={t('sample')}
          hint={t('sampleHint')}
          value={sample}
          maxLength={300}
          autoComplete="off"
          onChange={(event) => setSample(event.target.value)}
        />
      </div>
      <div className="flex flex-wrap gap-2">
        <Button disabled={preview.isPending} onClick={() => withRules((rules) => preview.mutate({ rules, sample }))}>
          {t('preview')}
        </Button>
        <Button type="submit" look="honey" disabled={save.isPending}>
          {t('save')}
        </Button>
        {!areDefault && (
          <Button look="quiet" disabled={save.isPending} onClick={() => save.mutate(null)}>
            {t('restore')}
          </Button>
        )}
      </div>
      {preview.data !== undefined && <Preview preview={preview.data} />}
    </form>
  );
}

function ListField({
  list,
  text,
  isWrong,
  onChange,
}: {
  list: RuleList;
  text: string;
  isWrong: boolean;
  onChange: (text: string) => void;
}) {
  const t = useTranslations('tagRules');
  const id = useId();
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {t(`lists.${list}`)}
      </label>
      <textarea
        id={id}
        rows={6}
        value={text}
        spellCheck={false}
        aria-invalid={isWrong || undefined}
        aria-describedby={`${id}-hint`}
        onChange={(event) => onChange(event.target.value)}
        className="w-full rounded-lg border border-line-strong bg-surface px-3 py-2.5 text-base text-ink aria-invalid:border-danger sm:text-sm"
      />
      <div id={`${id}-hint`} className="grid gap-0.5 text-xs text-soft">
        {isWrong && <p className="font-medium text-danger">{t('wrong')}</p>}
        <p>{t(`hints.${list}`)}</p>
      </div>
    </div>
  );
}

function Preview({ preview: { changes, read, total, sample } }: { preview: RulesPreview }) {
  const t = useTranslations('tagRules');
  const names = (list: readonly string[]) => list.map((name) => `“${name}”`).join(' · ');
  return (
    <div role="status" className="grid gap-3 rounded-xl border bg-surface p-4 text-sm">
      {sample !== undefined && (
        <p className="break-words">
          {t('sampleArtists', { names: names(sample.artists) })} {t('sampleGenres', { names: names(sample.genres) })}
        </p>
      )}
      <p className="font-medium">
        {changes.length === 0 ? t('noChanges') : t('changes', { count: changes.length })}{' '}
        <span className="font-normal text-soft">{read < total ? t('partly', { read, total }) : t('wholly')}</span>
      </p>
      {changes.length > 0 && (
        <ul aria-label={t('preview')} className="grid max-h-96 gap-px overflow-y-auto">
          {changes.map(({ kind, text, before, after }) => (
            <li
              key={JSON.stringify([kind, text, before, after])}
              className="flex flex-wrap items-center gap-x-2 gap-y-1 border-t py-2 first:border-t-0"
            >
              <span className="text-soft">{t(kind)}</span>
              <span className="break-words">{names(before)}</span>
              <ArrowRight className="size-3.5 shrink-0 text-soft" aria-label={t('becomes')} />
              <span className="font-medium break-words">{names(after)}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
