'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Smartphone } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { AppPassword } from '@/lib/contracts/api/account';
import { gateway } from '../ask';
import { useErrorText } from '../errors';
import { useDates } from '../format';
import { keys, useAppPasswords } from '../queries';
import { Button } from '../ui/button';
import { Confirm } from '../ui/confirm';
import { Pending, Skeleton } from '../ui/states';
import { toast } from '../ui/toast';

/** The apps that are connected to this account, each of which can be revoked. */
export function AppPasswords() {
  const t = useTranslations('apps');
  const query = useAppPasswords();
  return (
    <>
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
    </>
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
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={t('revokeTitle', { name })}
        description={t('revokeText')}
        cancel={t('keep')}
      >
        <Button look="danger" disabled={revoke.isPending} onClick={() => revoke.mutate()}>
          {t('revoke')}
        </Button>
      </Confirm>
    </div>
  );
}
