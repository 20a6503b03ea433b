'use client';
import { CircleAlert } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { useErrorText } from '../errors';
import { Button } from './button';
import { Mark } from './hexagon';

/** Nothing here yet, and what to do about it. */
export function Empty({
  title,
  heading: Heading = 'h2',
  children,
  action,
}: {
  title: string;
  heading?: 'h1' | 'h2';
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="mx-auto flex max-w-md flex-col items-center gap-3 px-4 py-16 text-center">
      <Mark className="mb-1 size-16" />
      <Heading className="text-lg font-semibold">{title}</Heading>
      {children !== undefined && <p className="text-sm text-soft">{children}</p>}
      {action !== undefined && <div className="mt-3 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}

/**
 * Says what went wrong, with a way to try again.
 * @param text said instead of the error's own sentence, where the page knows better what it means
 */
export function ErrorNote({ error, text, retry }: { error: unknown; text?: string | undefined; retry?: () => void }) {
  const t = useTranslations('common');
  const errorText = useErrorText();
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center gap-3 rounded-xl border border-danger/40 bg-danger/8 p-4 text-sm"
    >
      <CircleAlert className="size-5 shrink-0 text-danger" aria-hidden="true" />
      <p className="min-w-0 flex-1">{text ?? errorText(error)}</p>
      {retry !== undefined && <Button onClick={retry}>{t('tryAgain')}</Button>}
    </div>
  );
}

export function Skeleton({ className }: { className: string }) {
  return <div aria-hidden="true" className={`animate-breathe rounded-md bg-line/70 ${className}`} />;
}

/** Says that something is on its way, to those who cannot see the grey shapes. */
export function Loading({ children }: { children: ReactNode }) {
  const t = useTranslations('common');
  return (
    <div>
      <p role="status" className="sr-only">
        {t('loading')}
      </p>
      {children}
    </div>
  );
}

/** In the place of what a query has not brought: what went wrong, or the grey shapes (`children`) of what is on its way. */
export function Pending({
  query: { error, isPending, refetch },
  children,
}: {
  query: { error: unknown; isPending: boolean; refetch: () => unknown };
  children: ReactNode;
}) {
  if (error !== null) return <ErrorNote error={error} retry={() => void refetch()} />;
  return isPending && <Loading>{children}</Loading>;
}
