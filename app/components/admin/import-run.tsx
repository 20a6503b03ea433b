'use client';
import { Check, CircleAlert, LoaderCircle } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import type { ImportStatus } from '@/lib/contracts/catalog';
import { count, useDates } from '../format';

/** One import: how far it is, what it found, what it could not read. */
export function ImportRun({ run }: { run: ImportStatus }) {
  const t = useTranslations('imports');
  const locale = useLocale();
  const dates = useDates();
  const running = run.state === 'running';
  const { skipped = [] } = run;
  const done = run.found > 0 ? Math.min(1, (run.read + run.failedCount) / run.found) : 0;
  // The server speaks English, and knows the particulars.
  const endText = run.errorCode === undefined || locale === 'en' ? run.error : t(`ends.${run.errorCode}`);
  return (
    <div className="rounded-xl border bg-surface p-4 text-sm">
      <div className="flex items-start gap-3">
        {running && <LoaderCircle className="mt-0.5 size-4 shrink-0 animate-spin text-accent" aria-hidden="true" />}
        {run.state === 'done' && <Check className="mt-0.5 size-4 shrink-0 text-good" aria-hidden="true" />}
        {run.state === 'failed' && <CircleAlert className="mt-0.5 size-4 shrink-0 text-danger" aria-hidden="true" />}
        <div className="min-w-0 flex-1">
          <p className="font-medium break-all">{run.folder}</p>
          <p className="text-xs text-soft">{dates.moment(run.startedAt)}</p>
        </div>
      </div>
      {running && (
        <div
          role="progressbar"
          aria-label={run.folder}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.round(done * 100)}
          className="mt-3 h-1.5 overflow-hidden rounded-full bg-line"
        >
          <div
            className="h-full origin-left bg-honey-deep transition-transform"
            style={{ transform: `scaleX(${done})` }}
          />
        </div>
      )}
      <p aria-live={running ? 'off' : 'polite'} className="mt-3 text-soft numbers">
        {endText ?? (running ? t('reading', { read: run.read, found: run.found }) : t('done', { read: run.read }))}
      </p>
      <dl className="mt-2 flex flex-wrap gap-x-5 gap-y-1 text-xs text-soft numbers">
        {(['added', 'changed', 'moved', 'unchanged', 'missing'] as const).map((kind) => (
          <div key={kind} className="flex gap-1.5">
            <dt>{t(kind)}</dt>
            <dd className="font-medium text-ink">{count(run[kind] ?? 0, locale)}</dd>
          </div>
        ))}
        <div className="flex gap-1.5">
          <dt>{t('sealed')}</dt>
          <dd className="font-medium text-ink">{t('of', { part: run.sealed, whole: run.toSeal })}</dd>
        </div>
      </dl>
      {skipped.length > 0 && (
        <p className="mt-2 text-xs break-words text-soft">
          {t('skipped', {
            count: skipped.reduce((sum, one) => sum + one.count, 0),
            endings: skipped.map(({ ending }) => ending).join(', '),
          })}
        </p>
      )}
      <FailedFiles count={run.failedCount} failed={run.failed} />
    </div>
  );
}

/** Files that could not be read, and why. */
export function FailedFiles({ count, failed }: { count: number; failed: ImportStatus['failed'] }) {
  const t = useTranslations('imports');
  const locale = useLocale();
  if (count === 0) return null;
  return (
    <details className="mt-3">
      <summary className="rounded text-danger">{t('failed', { count })}</summary>
      <ul className="mt-2 grid gap-1.5 text-xs">
        {failed.map(({ file, reason, code }) => (
          <li key={file}>
            <span className="font-medium break-all">{file}</span>{' '}
            <span className="text-soft">{code === undefined || locale === 'en' ? reason : t(`faults.${code}`)}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
