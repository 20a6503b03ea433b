'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ChevronLeft, Smartphone } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import type { AppPassword } from '@/lib/contracts/api/account';
import { MAX_APP_NAME_CHARS } from '@/lib/contracts/choices';
import { gateway } from '../ask';
import { useErrorText } from '../errors';
import { useDates } from '../format';
import { later } from '../later';
import { keys, useAppPasswords } from '../queries';
import { Button } from '../ui/button';
import { Field } from '../ui/field';
import { Heading } from '../ui/heading';
import { Modal } from '../ui/modal';
import { Pending, Skeleton } from '../ui/states';
import { toast } from '../ui/toast';

const NewPassword = later(() => import('./new-password').then((module) => module.NewPassword));

/** What signs an app in: the account's address and name, and a password of its own for each device. */
export function ConnectApps() {
  const t = useTranslations('apps');
  const nav = useTranslations('nav');
  const query = useAppPasswords();
  const [made, setMade] = useState<{ name: string; password: string } | null>(null);
  return (
    <div className="page">
      <div className="max-w-3xl">
        <Link
          href="/settings"
          className="mb-2 -ml-1 inline-flex min-h-10 items-center gap-1 rounded-lg pr-2 text-sm font-medium text-soft hover:text-ink"
        >
          <ChevronLeft className="size-4" aria-hidden="true" />
          {nav('settings')}
        </Link>
        <Heading title={t('title')} />
        <p className="-mt-3 mb-6 max-w-[68ch] text-sm text-soft">{t('text')}</p>
        <NewDevice onMade={setMade} />
        <section aria-labelledby="app-list" className="mt-8 border-t pt-7">
          <h2 id="app-list" className="mb-4 text-lg font-semibold">
            {t('devices')}
          </h2>
          <Pending query={query}>
            <Skeleton className="h-20 rounded-xl" />
          </Pending>
          {query.data?.appPasswords.length === 0 && <p className="text-sm text-soft">{t('none')}</p>}
          <ul className="grid gap-3">
            {query.data?.appPasswords.map((appPassword) => (
              <li key={appPassword.id}>
                <Device appPassword={appPassword} />
              </li>
            ))}
          </ul>
        </section>
        {made !== null && query.data !== undefined && (
          <NewPassword
            server={query.data.server ?? location.origin}
            userName={query.data.userName}
            made={made}
            onClose={() => setMade(null)}
          />
        )}
      </div>
    </div>
  );
}

function NewDevice({ onMade }: { onMade: (made: { name: string; password: string }) => void }) {
  const t = useTranslations('apps');
  const client = useQueryClient();
  const errorText = useErrorText();
  const [name, setName] = useState('');
  const make = useMutation({
    mutationFn: () => gateway.makeAppPassword(name.trim()),
    onSuccess: ({ appPassword, password }) => {
      setName('');
      onMade({ name: appPassword.name, password });
    },
    onSettled: () => client.invalidateQueries({ queryKey: keys.appPasswords }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <form onSubmit={submit} className="grid max-w-lg gap-3">
      <Field
        label={t('name')}
        hint={t('nameHint')}
        required
        maxLength={MAX_APP_NAME_CHARS}
        autoComplete="off"
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={make.error === null ? undefined : errorText(make.error)}
      />
      <div>
        <Button type="submit" look="honey" disabled={make.isPending}>
          {t('make')}
        </Button>
      </div>
    </form>
  );
}

function Device({ appPassword }: { appPassword: AppPassword }) {
  const t = useTranslations('apps');
  const dates = useDates();
  const client = useQueryClient();
  const errorText = useErrorText();
  const [asking, setAsking] = useState(false);
  const revoke = useMutation({
    mutationFn: () => gateway.revokeAppPassword(appPassword.id),
    onSuccess: () => setAsking(false),
    onError: (error) => toast.error(errorText(error)),
    onSettled: () => client.invalidateQueries({ queryKey: keys.appPasswords }),
  });
  const { name, createdAt, lastUsedAt, lastAddress, lastClient } = appPassword;
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-3 rounded-xl border bg-surface p-4">
      <Smartphone className="size-5 shrink-0 text-soft" aria-hidden="true" />
      <div className="min-w-40 flex-1">
        <p className="text-sm font-semibold break-words">{name}</p>
        <p className="mt-0.5 text-xs break-words text-soft">
          {lastUsedAt === null ? t('neverUsed') : t('lastUsed', { moment: dates.moment(lastUsedAt) })}
          {lastClient !== null && ` · ${lastClient}`}
          {lastAddress !== null && ` · ${lastAddress}`}
        </p>
        <p className="text-xs text-soft">{t('made', { date: dates.date(createdAt) })}</p>
      </div>
      <Button look="danger" aria-label={t('revokeNamed', { name })} onClick={() => setAsking(true)}>
        {t('revoke')}
      </Button>
      <Modal
        open={asking}
        onClose={() => setAsking(false)}
        title={t('revokeTitle', { name })}
        description={t('revokeText')}
      >
        <div className="flex flex-wrap justify-end gap-2">
          <Button look="quiet" onClick={() => setAsking(false)}>
            {t('keep')}
          </Button>
          <Button look="danger" disabled={revoke.isPending} onClick={() => revoke.mutate()}>
            {t('revoke')}
          </Button>
        </div>
      </Modal>
    </div>
  );
}
