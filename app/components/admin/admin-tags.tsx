'use client';
import { useTranslations } from 'next-intl';
import { TagEdits } from '../tags/tag-edits';
import { TagRules } from '../tags/tag-rules';
import { Heading } from '../ui/heading';

export function AdminTags() {
  const t = useTranslations('admin');
  return (
    <>
      <Heading title={t('tags')} />
      <TagRules />
      <TagEdits />
    </>
  );
}
