'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useLocale, useTranslations } from 'next-intl';
import { useState } from 'react';
import type { DeadLetter } from '@/lib/contracts/api/admin';
import { gateway } from '../ask';
import { useErrorText } from '../errors';
import { count, useDates } from '../format';
import { keys, useDeadLetters } from '../queries';
import { Button } from '../ui/button';
import { Modal } from '../ui/modal';
import { Pending, Skeleton } from '../ui/states';
import { toast } from '../ui/toast';

/** Messages that a service could not process, to be retried or discarded. */
export function DeadLetters() {
  const t = useTranslations('admin.deadLetters');
  const locale = useLocale();
  const dates = useDates();
  const errorText = useErrorText();
  const client = useQueryClient();
  const query = useDeadLetters();
  const [doomed, setDoomed] = useState<DeadLetter | null>(null);
  const end = useMutation({
    mutationFn: ({ verb, message }: { verb: 'replay' | 'discard'; message: DeadLetter }) =>
      gateway.settleDeadLetters(verb, { queue: message.queue, ids: [message.id] }),
    onError: (error) => toast.error(errorText(error)),
    onSettled: () => client.invalidateQueries({ queryKey: keys.deadLetters }),
  });
  const { data } = query;
  return (
    <section aria-label={t('title')} className="mt-10">
      <h2 className="text-lg font-semibold">
        {t('title')}
        {data !== undefined && data.total > 0 && (
          <span className="ml-2 text-soft numbers">{count(data.total, locale)}</span>
        )}
      </h2>
      <p className="mt-1 mb-4 text-sm text-soft">{t('text')}</p>
      <Pending query={query}>
        <Skeleton className="h-16 rounded-xl" />
      </Pending>
      {data?.messages.length === 0 && <p className="text-sm">{t('empty')}</p>}
      <ul className="grid gap-3">
        {data?.messages.map((message) => (
          <li key={`${message.queue} ${message.id}`} className="rounded-xl border bg-surface p-4">
            <div className="flex flex-wrap items-start justify-between gap-3">
              <div className="min-w-0 flex-1 basis-60">
                <p className="text-sm font-semibold">{message.type}</p>
                <p className="text-xs text-soft">
                  {message.queue}
                  {message.failedAt !== null && ` · ${dates.moment(message.failedAt)}`}
                </p>
                <p className="mt-1 text-sm break-words text-danger">{message.reason}</p>
              </div>
              <div className="flex gap-2">
                <Button onClick={() => end.mutate({ verb: 'replay', message })}>{t('again')}</Button>
                <Button look="danger" onClick={() => setDoomed(message)}>
                  {t('discard')}
                </Button>
              </div>
            </div>
            <details className="mt-2 text-xs">
              <summary className="cursor-pointer text-soft">JSON</summary>
              <pre className="mt-2 overflow-x-auto rounded-lg bg-sunken p-3 break-all whitespace-pre-wrap">
                {message.body}
              </pre>
            </details>
          </li>
        ))}
      </ul>
      <Modal open={doomed !== null} onClose={() => setDoomed(null)} title={t('discard')} description={t('discardSure')}>
        <div className="flex justify-end">
          <Button
            look="danger"
            onClick={() => {
              if (doomed !== null) end.mutate({ verb: 'discard', message: doomed });
              setDoomed(null);
            }}
          >
            {t('discard')}
          </Button>
        </div>
      </Modal>
    </section>
  );
}
