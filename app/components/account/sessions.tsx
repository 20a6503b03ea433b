'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { LogOut, MonitorSmartphone } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import type { OpenSession } from '@/lib/contracts/api/account';
import { gateway } from '../ask';
import { useErrorText } from '../errors';
import { useDates } from '../format';
import { keys, useSessions } from '../queries';
import { Button } from '../ui/button';
import { Modal } from '../ui/modal';
import { ErrorNote, Pending, Skeleton } from '../ui/states';
import { toast } from '../ui/toast';
import { kindOfAddress } from './address-kind';
import { Tick } from './own-forms';

/** The browsers in which one is signed in, and ways out of them. */
export function Sessions() {
  const query = useSessions();
  return (
    <>
      <Pending query={query}>
        <Skeleton className="h-20 rounded-xl" />
      </Pending>
      <ul className="grid gap-3">
        {query.data?.sessions.map((session) => (
          <li key={session.id}>
            <SessionRow session={session} />
          </li>
        ))}
      </ul>
      <SignOutEverywhere />
    </>
  );
}

function SessionRow({ session }: { session: OpenSession }) {
  const t = useTranslations('ownAccount.sessions');
  const admin = useTranslations('admin');
  const dates = useDates();
  const client = useQueryClient();
  const errorText = useErrorText();
  const end = useMutation({
    mutationFn: () => gateway.endSession(session.id),
    onError: (error) => toast.error(errorText(error)),
    onSettled: () => client.invalidateQueries({ queryKey: keys.sessions }),
  });
  const { browser, system } = session.device;
  const parts = [
    ...(browser === 'other' ? [] : [admin(`browser.${browser}`)]),
    ...(system === 'other' ? [] : [admin(`system.${system}`)]),
  ];
  const device = parts.length === 0 ? admin('otherDevice') : parts.join(' · ');
  const kind = session.address === null ? 'public' : kindOfAddress(session.address);
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-3 rounded-xl border bg-surface p-4">
      <MonitorSmartphone className="size-5 shrink-0 text-soft" aria-hidden="true" />
      <div className="min-w-40 flex-1">
        <p className="flex flex-wrap items-center gap-2 text-sm font-semibold">
          {device}
          {session.isCurrent && (
            <span className="rounded border border-line-strong/60 px-1.5 text-[0.6875rem] font-medium text-soft">
              {t('here')}
            </span>
          )}
        </p>
        <p className="mt-0.5 text-xs break-words text-soft">
          {t('lastUsed', { moment: dates.moment(session.lastUsedAt) })}
          {session.address !== null && ` · ${session.address}`}
          {kind !== 'public' && ` (${t(`place.${kind}`)})`}
        </p>
        <p className="text-xs text-soft">{t('since', { moment: dates.moment(session.createdAt) })}</p>
      </div>
      {!session.isCurrent && (
        <Button
          look="danger"
          aria-label={t('endNamed', { device })}
          disabled={end.isPending}
          onClick={() => end.mutate()}
        >
          {t('end')}
        </Button>
      )}
    </div>
  );
}

function SignOutEverywhere() {
  const t = useTranslations('ownAccount.sessions');
  const common = useTranslations('apps');
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const end = useMutation({
    mutationFn: gateway.endSessions,
    onSuccess: ({ sessions }, { keepThis }) => {
      // A page of its own: nothing of this listener stays in memory.
      if (!keepThis) return location.assign('/sign-in');
      setAsking(false);
      toast.success(t('everywhereDone', { count: sessions }));
    },
    onSettled: () =>
      Promise.all([keys.sessions, keys.appPasswords].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    end.mutate({ keepThis: data.get('keepThis') !== null, apps: data.get('apps') !== null });
  };
  return (
    <>
      <Button className="mt-4" onClick={() => setAsking(true)}>
        <LogOut className="size-4" aria-hidden="true" />
        {t('everywhere')}
      </Button>
      <Modal
        open={asking}
        onClose={() => setAsking(false)}
        title={t('everywhereTitle')}
        description={t('everywhereText')}
      >
        <form onSubmit={submit} className="grid gap-4">
          {end.error !== null && <ErrorNote error={end.error} />}
          <Tick name="keepThis" defaultChecked>
            {t('keepThis')}
          </Tick>
          <Tick name="apps">{t('appsToo')}</Tick>
          <div className="flex flex-wrap justify-end gap-2">
            <Button look="quiet" onClick={() => setAsking(false)}>
              {common('keep')}
            </Button>
            <Button type="submit" look="danger" disabled={end.isPending}>
              {t('everywhere')}
            </Button>
          </div>
        </form>
      </Modal>
    </>
  );
}
