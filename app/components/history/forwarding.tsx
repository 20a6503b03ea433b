'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useLocale, useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { isEnxameError } from '@/lib/contracts/enxame-error';
import type { Forwarding } from '@/lib/contracts/history';
import { gateway } from '../ask';
import { useErrorText } from '../errors';
import { useDates } from '../format';
import { keys, useForwarding } from '../queries';
import { Button } from '../ui/button';
import { Field } from '../ui/field';
import { toast } from '../ui/toast';

/** In the settings: forwarding of one's plays to another server. Nothing where the administrator named none. */
export function ForwardingSettings() {
  const t = useTranslations('forwarding');
  const state = useForwarding().data;
  if (state === undefined || state.server === null) return null;
  return (
    <section className="border-t py-7">
      <h2 className="text-lg font-semibold">{t('title')}</h2>
      <p className="mt-1 max-w-[68ch] text-sm text-soft">{t('text', { server: shortAddress(state.server) })}</p>
      <div className="mt-4 grid max-w-lg gap-4">
        <Standing state={state} />
        <TokenForm renewing={state.userName !== null} />
      </div>
    </section>
  );
}

function Standing({ state }: { state: Forwarding }) {
  const t = useTranslations('forwarding');
  const errorText = useErrorText();
  const dates = useDates();
  const locale = useLocale();
  const client = useQueryClient();
  const stop = useMutation({
    mutationFn: () => gateway.forward(null),
    onSuccess: (now) => client.setQueryData(keys.forwarding, now),
    onError: (error) => toast.error(errorText(error)),
  });
  if (state.userName === null) return null;
  return (
    <div className="grid gap-3 rounded-xl border bg-surface p-4 text-sm">
      <p className="font-semibold">{t('on', { name: state.userName })}</p>
      <p className="text-soft">
        {state.lastForwardedAt === null ? t('never') : t('last', { moment: dates.moment(state.lastForwardedAt) })}
        {state.pending > 0 && ` ${t('pending', { count: state.pending })}`}
      </p>
      {state.problem !== null && (
        <p role="status" className="rounded-lg border border-danger/40 bg-danger/8 p-3">
          {/* The server speaks English, and knows the particulars. */}
          {locale === 'en' ? state.problem : t('problem')}
        </p>
      )}
      <div>
        <Button disabled={stop.isPending} onClick={() => stop.mutate()}>
          {t('stop')}
        </Button>
      </div>
    </div>
  );
}

function TokenForm({ renewing }: { renewing: boolean }) {
  const t = useTranslations('forwarding');
  const errorText = useErrorText();
  const client = useQueryClient();
  const [token, setToken] = useState('');
  const give = useMutation({
    mutationFn: () => gateway.forward(token.trim()),
    onSuccess: (now) => {
      setToken('');
      client.setQueryData(keys.forwarding, now);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    give.mutate();
  };
  return (
    <form onSubmit={submit} className="grid gap-3">
      <Field
        label={renewing ? t('newToken') : t('token')}
        hint={t('tokenHint')}
        type="password"
        autoComplete="off"
        spellCheck={false}
        required
        minLength={8}
        maxLength={200}
        value={token}
        onChange={(event) => setToken(event.target.value)}
        error={give.error === null ? undefined : refusalText(give.error)}
      />
      <div>
        <Button type="submit" look={renewing ? 'plain' : 'honey'} disabled={give.isPending}>
          {renewing ? t('replace') : t('start')}
        </Button>
      </div>
    </form>
  );

  function refusalText(error: unknown): string {
    if (isEnxameError(error) && error.code === 'forbidden') return t('unknownToken');
    if (isEnxameError(error) && error.code === 'unavailable') return t('unreachable');
    return errorText(error);
  }
}

const shortAddress = (address: string) => address.replace(/^https?:\/\//, '');
