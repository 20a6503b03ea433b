'use client';
import { CircleAlert, CircleCheck, CircleX } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import { useHealth } from '../queries';
import { Pending, Skeleton } from '../ui/states';

const LOOKS = {
  ok: { icon: CircleCheck, colour: 'text-good' },
  degraded: { icon: CircleAlert, colour: 'text-accent' },
  down: { icon: CircleX, colour: 'text-danger' },
} as const;

/** Each part of the server, and how it is. */
export function HealthList() {
  const t = useTranslations('admin');
  const locale = useLocale();
  const query = useHealth();
  const { data } = query;
  if (data === undefined) {
    return (
      <Pending query={query}>
        <Skeleton className="h-40 rounded-xl" />
      </Pending>
    );
  }
  return (
    <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-4">
      {Object.entries(data.components).map(([name, { status, detail, code, values }]) => {
        const { icon: Icon, colour } = LOOKS[status];
        // The server speaks English, and knows the particulars.
        const text = code === undefined || locale === 'en' ? detail : t(`details.${code}`, values);
        return (
          <li key={name} className="flex items-start gap-3 rounded-xl border bg-surface p-4">
            <Icon className={`mt-0.5 size-5 shrink-0 ${colour}`} aria-hidden="true" />
            <div className="min-w-0">
              <p className="text-sm font-semibold">{name}</p>
              <p className={`text-xs ${status === 'ok' ? 'text-soft' : colour}`}>{t(`status.${status}`)}</p>
              {text !== undefined && <p className="mt-1 text-xs break-words text-soft">{text}</p>}
            </div>
          </li>
        );
      })}
    </ul>
  );
}
