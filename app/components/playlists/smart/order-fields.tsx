'use client';
import { ArrowDownWideNarrow, ArrowUpNarrowWide, Plus, X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { newId } from '@/lib/contracts/new-id';
import { MAX_SMART_LIMIT, MAX_SMART_SORTS, SMART_SORT_KEYS, type SmartSortKey } from '@/lib/contracts/smart-fields';
import { Button, IconButton } from '../../ui/button';
import { Input, Select } from './condition-row';
import type { Draft } from './draft';

/** In what order the tracks come, and how many of them. */
export function OrderFields({ draft, onChange }: { draft: Draft; onChange: (draft: Draft) => void }) {
  const t = useTranslations('smart');
  const { sort, limit } = draft;
  const put = (key: string, to: Partial<Draft['sort'][number]>) =>
    onChange({ ...draft, sort: sort.map((one) => (one.key === key ? { ...one, ...to } : one)) });
  return (
    <fieldset className="grid min-w-0 grid-cols-1 gap-3">
      <legend className="mb-2 text-sm font-medium">{t('order')}</legend>
      {sort.map(({ key, by, order }) => {
        const Direction = order === 'asc' ? ArrowUpNarrowWide : ArrowDownWideNarrow;
        return (
          <div key={key} className="flex flex-wrap items-center gap-2">
            <Select
              label={t('sortBy')}
              value={by}
              className="min-w-0 flex-1 basis-40 sm:max-w-60"
              onChange={(event) => put(key, { by: event.target.value as SmartSortKey })}
            >
              {SMART_SORT_KEYS.map((one) => (
                <option key={one} value={one}>
                  {one === 'random' ? t('random') : t(`fields.${one}`)}
                </option>
              ))}
            </Select>
            {by !== 'random' && (
              <Button
                look="quiet"
                className="px-2.5"
                onClick={() => put(key, { order: order === 'asc' ? 'desc' : 'asc' })}
              >
                <Direction className="size-4" aria-hidden="true" />
                {t(order === 'asc' ? 'ascending' : 'descending')}
              </Button>
            )}
            <IconButton
              label={t('removeSort')}
              onClick={() => onChange({ ...draft, sort: sort.filter((one) => one.key !== key) })}
            >
              <X className="size-4" aria-hidden="true" />
            </IconButton>
          </div>
        );
      })}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-3">
        {sort.length < MAX_SMART_SORTS && (
          <Button
            look={sort.length === 0 ? 'plain' : 'quiet'}
            onClick={() => onChange({ ...draft, sort: [...sort, { key: newId(), by: 'title', order: 'asc' }] })}
          >
            <Plus className="size-4" aria-hidden="true" />
            {t('addSort')}
          </Button>
        )}
        <div className="flex items-center gap-2 text-sm">
          <span aria-hidden="true">{t('limit')}</span>
          <Input
            label={t('limitLabel')}
            type="number"
            min={1}
            max={MAX_SMART_LIMIT}
            step={1}
            placeholder={t('noLimit')}
            value={limit ?? ''}
            className="w-28"
            onChange={({ target }) => {
              const wanted = Math.floor(target.valueAsNumber);
              onChange({ ...draft, limit: wanted >= 1 ? Math.min(wanted, MAX_SMART_LIMIT) : null });
            }}
          />
        </div>
      </div>
    </fieldset>
  );
}
