'use client';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useEffect } from 'react';
import { AddMusic } from '../admin/add-music';
import { gateway } from '../ask';
import { useMe } from '../queries';
import { Field } from '../ui/field';
import { ErrorNote, Loading, Skeleton } from '../ui/states';
import { NewAccountForm } from './new-account';
import { useSubmit } from './use-submit';

/** The first visit: an administrator's account, then music. */
export function Setup() {
  const t = useTranslations('setup');
  const router = useRouter();
  const { data: me, error, refetch } = useMe();
  const role = me?.account?.role;
  const elsewhere = me !== undefined && !me.firstRun && role !== 'admin';
  useEffect(() => {
    if (elsewhere) router.replace(role === undefined ? '/sign-in' : '/');
  }, [elsewhere, role, router]);
  if (error !== null && me === undefined) return <ErrorNote error={error} retry={() => void refetch()} />;
  if (me === undefined || elsewhere) {
    return (
      <Loading>
        <Skeleton className="h-9 w-2/3" />
        <Skeleton className="mt-8 h-64 w-full" />
      </Loading>
    );
  }
  return (
    <>
      <p className="mb-2 text-sm font-medium text-accent">{t('step', { step: me.firstRun ? 1 : 2, of: 2 })}</p>
      {me.firstRun ? (
        <FirstAccount tokenNeeded={me.setupTokenNeeded} />
      ) : (
        <>
          <h1 className="mb-2 text-3xl font-bold tracking-tight">{t('music')}</h1>
          <p className="mb-6 text-sm text-soft">{t('musicText')}</p>
          <AddMusic onward />
        </>
      )}
    </>
  );
}

function FirstAccount({ tokenNeeded }: { tokenNeeded: boolean }) {
  const t = useTranslations('setup');
  const form = useSubmit(
    (field) =>
      gateway.setup({
        name: field('name'),
        email: field('email'),
        password: field('password'),
        ...(tokenNeeded ? { setupToken: field('setupToken').trim() } : {}),
      }),
    () => {},
  );
  return (
    <>
      <h1 className="mb-2 text-3xl font-bold tracking-tight">{t('title')}</h1>
      <p className="mb-6 text-sm text-soft">{t('text')}</p>
      <NewAccountForm form={form} submit={t('submit')}>
        {tokenNeeded && (
          <Field
            label={t('token')}
            name="setupToken"
            required
            autoComplete="off"
            hint={t('tokenHint')}
            error={form.issues.setupToken}
          />
        )}
      </NewAccountForm>
    </>
  );
}
