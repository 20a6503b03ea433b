'use client';
import { RotateCcw, X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useId } from 'react';
import { MAX_COMMENT_CHARS, type TagField, type TagSheet } from '@/lib/contracts/tag-edits';
import { type Draft, isMixed, kindOf, shownText, textOf } from './tag-fields';

const BOX =
  'w-full rounded-lg border border-line-strong bg-surface px-3 text-base text-ink placeholder:text-soft aria-invalid:border-danger sm:text-sm';
const SMALL =
  'inline-flex min-h-8 items-center gap-1 rounded px-1 text-xs font-medium text-accent hover:underline pointer-coarse:min-h-11';
const MAX_LINES = 6;

/** One field, with what the files say where it was edited, and the way back to it. */
export function TagFieldInput({
  field,
  sheet,
  draft,
  isWrong,
  onChange,
}: {
  field: TagField;
  sheet: TagSheet;
  draft: Draft | undefined;
  isWrong: boolean;
  onChange: (draft: Draft | undefined) => void;
}) {
  const t = useTranslations('tags');
  const id = useId();
  const kind = kindOf(field);
  const mixed = isMixed(sheet, field, draft);
  const text = shownText(sheet, field, draft);
  const edited = sheet.edited[field] ?? 0;
  const name = t(`fields.${field}`);
  // Emptied again, a field in which tracks differ is as it was.
  const write = (next: string) =>
    onChange(next === '' && sheet.mixed.includes(field) ? undefined : { kind: 'write', text: next });
  const isReverted = draft?.kind === 'revert';
  const offersRevert = edited > 0 && !isReverted;
  const offersClear = sheet.mixed.includes(field) && draft === undefined && kind !== 'flag';
  const hints = [
    ...(kind === 'names' ? [t('onePerLine')] : []),
    ...(kind === 'date' ? [t('dateForms')] : []),
    ...(offersRevert ? [fileSays(sheet, field, t)] : []),
    ...(isReverted ? [t('reverts')] : []),
    ...(draft?.kind === 'clear' ? [t('clears')] : []),
  ];
  const common = {
    id,
    'aria-invalid': isWrong || undefined,
    'aria-describedby': `${id}-hint`,
    placeholder: mixed ? t('various') : undefined,
    className: BOX,
  };
  return (
    <div className={`grid gap-1.5 ${field === 'comment' ? 'sm:col-span-2' : ''}`}>
      <label htmlFor={id} className="flex items-center gap-2 text-sm font-medium">
        {name}
        {edited > 0 && (
          <span className="rounded border border-line-strong/60 px-1.5 text-[0.6875rem] font-medium text-soft">
            {edited < sheet.tracks ? t('editedIn', { count: edited }) : t('edited')}
          </span>
        )}
      </label>
      {kind === 'flag' ? (
        <select {...common} className={`${BOX} h-11`} value={mixed ? '' : text} onChange={(e) => write(e.target.value)}>
          {mixed && <option value="">{t('various')}</option>}
          <option value="no">{t('no')}</option>
          <option value="yes">{t('yes')}</option>
        </select>
      ) : kind === 'names' ? (
        <textarea
          {...common}
          className={`${BOX} py-2.5`}
          rows={Math.min(MAX_LINES, Math.max(2, text.split('\n').length))}
          value={text}
          onChange={(e) => write(e.target.value)}
        />
      ) : (
        <input
          {...common}
          className={`${BOX} h-11`}
          value={text}
          autoComplete="off"
          inputMode={kind === 'number' ? 'numeric' : kind === 'decimal' ? 'decimal' : undefined}
          maxLength={field === 'comment' ? MAX_COMMENT_CHARS : 300}
          onChange={(e) => write(e.target.value)}
        />
      )}
      <div id={`${id}-hint`} className="grid gap-0.5 text-xs text-soft empty:hidden">
        {isWrong && <p className="font-medium text-danger">{t(`wrong.${kind}`)}</p>}
        {hints.map((hint) => (
          <p key={hint} className="break-words">
            {hint}
          </p>
        ))}
      </div>
      {(offersRevert || offersClear || draft !== undefined) && (
        <div className="-mt-1 flex flex-wrap gap-3">
          {offersRevert && (
            <button type="button" className={SMALL} onClick={() => onChange({ kind: 'revert' })}>
              <RotateCcw className="size-3.5" aria-hidden="true" />
              {t('revert')}
              <span className="sr-only">: {name}</span>
            </button>
          )}
          {offersClear && (
            <button type="button" className={SMALL} onClick={() => onChange({ kind: 'clear' })}>
              <X className="size-3.5" aria-hidden="true" />
              {t('clear')}
              <span className="sr-only">: {name}</span>
            </button>
          )}
          {draft !== undefined && draft.kind !== 'write' && (
            <button type="button" className={SMALL} onClick={() => onChange(undefined)}>
              {t('keep')}
              <span className="sr-only">: {name}</span>
            </button>
          )}
        </div>
      )}
    </div>
  );
}

function fileSays(sheet: TagSheet, field: TagField, t: ReturnType<typeof useTranslations<'tags'>>): string {
  if (!(field in sheet.fileValues)) return t('filesDiffer');
  const text = textOf(sheet.fileValues[field]).replaceAll('\n', ', ');
  if (text === '') return t('fileHasNone');
  return t('fileSays', { value: text === 'yes' || text === 'no' ? t(text) : text });
}
