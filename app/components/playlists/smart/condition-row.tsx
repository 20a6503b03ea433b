'use client';
import { X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { ComponentProps } from 'react';
import {
  MAX_SMART_DAYS,
  MAX_SMART_TEXT_CHARS,
  SMART_FIELD_NAMES,
  SMART_FIELDS,
  SMART_OPERATORS,
  type SmartField,
  type SmartOperator,
  type SmartValue,
} from '@/lib/contracts/smart-fields';
import { IconButton } from '../../ui/button';
import { type DraftCondition, kindOf, withField, withOperator } from './draft';

const INPUT =
  'h-10 min-w-0 rounded-lg border border-line-strong/60 bg-surface px-3 text-base text-ink placeholder:text-soft sm:text-sm';

/** A list of choices as the browser draws it: long lists are usable by keyboard and on phones. */
export function Select({ label, className = '', ...rest }: ComponentProps<'select'> & { label: string }) {
  return <select aria-label={label} {...rest} className={`${INPUT} font-medium ${className}`} />;
}

export function Input({ label, className = '', ...rest }: ComponentProps<'input'> & { label: string }) {
  return <input aria-label={label} autoComplete="off" {...rest} className={`${INPUT} ${className}`} />;
}

/** A field, how it is compared, and with what. */
export function ConditionRow({
  condition,
  onChange,
  onRemove,
}: {
  condition: DraftCondition;
  onChange: (condition: DraftCondition) => void;
  onRemove: () => void;
}) {
  const t = useTranslations('smart');
  const { field, op } = condition;
  const type = SMART_FIELDS[field];
  const name = t(`fields.${field}`);
  const operators: readonly SmartOperator[] = SMART_OPERATORS[type];
  return (
    <div className="grid grid-cols-[1fr_auto] gap-2 sm:grid-cols-[12rem_10rem_1fr_auto]">
      <Select
        label={t('field')}
        value={field}
        onChange={(event) => onChange(withField(condition, event.target.value as SmartField))}
      >
        {SMART_FIELD_NAMES.map((one) => (
          <option key={one} value={one}>
            {t(`fields.${one}`)}
          </option>
        ))}
      </Select>
      <IconButton label={t('removeRule', { name })} onClick={onRemove} className="sm:order-last">
        <X className="size-4" aria-hidden="true" />
      </IconButton>
      <div className="col-span-2 flex flex-wrap gap-2 sm:contents">
        {operators.length > 1 ? (
          <Select
            label={t('comparison', { name })}
            value={op}
            className="flex-1 basis-36 sm:flex-none"
            onChange={(event) => onChange(withOperator(condition, event.target.value as SmartOperator))}
          >
            {operators.map((one) => (
              <option key={one} value={one}>
                {t(type === 'moment' || type === 'date' ? `dayOps.${one as 'before'}` : `ops.${one}`)}
              </option>
            ))}
          </Select>
        ) : (
          <span className="flex h-10 items-center px-1 text-sm text-soft">{t('ops.is')}</span>
        )}
        <div className="flex min-w-0 flex-1 basis-36 items-center gap-2 sm:flex-none">
          <Values condition={condition} label={name} onChange={(value) => onChange({ ...condition, value })} />
        </div>
      </div>
    </div>
  );
}

function Values({
  condition: { field, op, value },
  label,
  onChange,
}: {
  condition: DraftCondition;
  label: string;
  onChange: (value: SmartValue) => void;
}) {
  const t = useTranslations('smart');
  const kind = kindOf(SMART_FIELDS[field], op);
  const unit = UNITS[field];
  const [first, last] = Array.isArray(value) ? value : ['', ''];
  switch (kind) {
    case 'none':
      return null;
    case 'flag':
      return (
        <Select
          label={label}
          value={String(value)}
          className="w-full"
          onChange={(event) => onChange(event.target.value === 'true')}
        >
          <option value="true">{t('yes')}</option>
          <option value="false">{t('no')}</option>
        </Select>
      );
    case 'text':
      return (
        <Input
          label={label}
          value={String(value ?? '')}
          maxLength={MAX_SMART_TEXT_CHARS}
          spellCheck={false}
          className="w-full"
          onChange={(event) => onChange(event.target.value)}
        />
      );
    case 'day':
      return (
        <Input
          label={label}
          type="date"
          value={String(value ?? '')}
          className="w-full"
          onChange={(event) => onChange(event.target.value)}
        />
      );
    case 'count':
      return (
        <>
          <NumberInput label={label} value={value} min={1} max={MAX_SMART_DAYS} onChange={onChange} />
          <span className="text-sm text-soft">{t('days')}</span>
        </>
      );
    case 'number':
      return (
        <>
          <NumberInput label={label} value={value} onChange={onChange} />
          {unit !== undefined && <span className="text-sm text-soft">{t(`units.${unit}`)}</span>}
        </>
      );
    case 'numbers':
      return (
        <>
          <NumberInput
            label={t('from', { name: label })}
            value={first ?? ''}
            onChange={(from) => onChange([from, last] as unknown as SmartValue)}
          />
          <span aria-hidden="true">–</span>
          <NumberInput
            label={t('to', { name: label })}
            value={last ?? ''}
            onChange={(to) => onChange([first, to] as unknown as SmartValue)}
          />
        </>
      );
    case 'days':
      return (
        <>
          <Input
            label={t('from', { name: label })}
            type="date"
            value={String(first ?? '')}
            className="w-full"
            onChange={(event) => onChange([event.target.value, String(last ?? '')])}
          />
          <span aria-hidden="true">–</span>
          <Input
            label={t('to', { name: label })}
            type="date"
            value={String(last ?? '')}
            className="w-full"
            onChange={(event) => onChange([String(first ?? ''), event.target.value])}
          />
        </>
      );
  }
}

const UNITS: Partial<Record<SmartField, 'seconds' | 'megabytes' | 'kilobits' | 'stars'>> = {
  duration: 'seconds',
  size: 'megabytes',
  bitRate: 'kilobits',
  rating: 'stars',
  albumRating: 'stars',
  artistRating: 'stars',
};

/** Empty: no number yet. */
function NumberInput({
  label,
  value,
  onChange,
  ...limits
}: {
  label: string;
  value: SmartValue;
  onChange: (value: number | null) => void;
  min?: number;
  max?: number;
}) {
  return (
    <Input
      label={label}
      type="number"
      step="any"
      {...limits}
      value={typeof value === 'number' ? value : ''}
      className="w-full min-w-20"
      onChange={({ target }) => onChange(target.value === '' ? null : target.valueAsNumber)}
    />
  );
}
