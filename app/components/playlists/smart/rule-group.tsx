'use client';
import { FolderPlus, Plus, X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { newId } from '@/lib/contracts/new-id';
import { MAX_SMART_DEPTH } from '@/lib/contracts/smart-fields';
import { Button, IconButton } from '../../ui/button';
import { ConditionRow, Select } from './condition-row';
import { changed, type DraftGroup, type DraftRule, isDraftGroup, newCondition } from './draft';

/**
 * Rules of which all or any must hold, with the groups among them.
 * @param depth of the outermost 1
 * @param onRemove of a group within another
 */
export function RuleGroup<G extends DraftGroup>({
  group,
  depth = 1,
  onChange,
  onRemove,
}: {
  group: G;
  depth?: number;
  onChange: (group: G) => void;
  onRemove?: () => void;
}) {
  const t = useTranslations('smart');
  const change = (key: string, to: DraftRule | null) => onChange(changed(group, key, () => to));
  const add = (rule: DraftRule) => onChange({ ...group, rules: [...group.rules, rule] });
  return (
    <fieldset
      className={`grid min-w-0 grid-cols-1 gap-3 ${depth === 1 ? '' : 'rounded-xl border border-line-strong/60 p-3'}`}
    >
      <legend className="sr-only">{t('group')}</legend>
      <div className="flex items-center justify-between gap-2">
        <Select
          label={t('match')}
          value={group.match}
          onChange={(event) => onChange({ ...group, match: event.target.value === 'any' ? 'any' : 'all' })}
        >
          <option value="all">{t('all')}</option>
          <option value="any">{t('any')}</option>
        </Select>
        {onRemove !== undefined && (
          <IconButton label={t('removeGroup')} onClick={onRemove}>
            <X className="size-4" aria-hidden="true" />
          </IconButton>
        )}
      </div>
      {group.rules.map((rule) =>
        isDraftGroup(rule) ? (
          <RuleGroup
            key={rule.key}
            group={rule}
            depth={depth + 1}
            onChange={(to) => change(rule.key, to)}
            onRemove={() => change(rule.key, null)}
          />
        ) : (
          <ConditionRow
            key={rule.key}
            condition={rule}
            onChange={(to) => change(rule.key, to)}
            onRemove={() => change(rule.key, null)}
          />
        ),
      )}
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => add(newCondition(newId()))}>
          <Plus className="size-4" aria-hidden="true" />
          {t('addRule')}
        </Button>
        {depth < MAX_SMART_DEPTH && (
          <Button
            look="quiet"
            onClick={() =>
              add({ key: newId(), match: group.match === 'all' ? 'any' : 'all', rules: [newCondition(newId())] })
            }
          >
            <FolderPlus className="size-4" aria-hidden="true" />
            {t('addGroup')}
          </Button>
        )}
      </div>
    </fieldset>
  );
}
