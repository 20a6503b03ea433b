'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { MAX_APP_NAME_CHARS } from '@/lib/contracts/choices';
import { gateway } from '../ask';
import { useErrorText } from '../errors';
import { later } from '../later';
import { keys, useAppPasswords } from '../queries';
import { BackToSettings } from '../settings/back';
import { Button } from '../ui/button';
import { Field } from '../ui/field';
import { Heading } from '../ui/heading';
import { AppPasswords } from './app-passwords';

const NewPassword = later(() => import('./new-password').then((module) => module.NewPassword));

/** What signs an app in: the account's address and name, and a password of its own for each device. */
export function ConnectApps() {
  const t = useTranslations('apps');
  const query = useAppPasswords();
  const [made, setMade] = useState<{ name: string; password: string } | null>(null);
  return (
    <div className="page">
      <div className="max-w-3xl">
        <BackToSettings />
        <Heading title={t('title')} />
        <p className="-mt-3 mb-6 max-w-[68ch] text-sm text-soft">{t('text')}</p>
        <NewDevice onMade={setMade} />
        <section aria-labelledby="app-list" className="mt-8 border-t pt-7">
          <h2 id="app-list" className="mb-4 text-lg font-semibold">
            {t('devices')}
          </h2>
          <AppPasswords />
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
