'use client';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useEffect } from 'react';
import { isEnxameError } from '@/lib/contracts/enxame-error';
import { gateway } from '../ask';
import { useMe } from '../queries';
import { Button } from '../ui/button';
import { Field } from '../ui/field';
import { ErrorNote } from '../ui/states';
import { useSubmit } from './use-submit';

/** Only a path of this site: never `//elsewhere`. */
const safePath = (next: string) => (/^\/(?![/\\])/.test(next) ? next : '/');

/** The same code elsewhere means that the session has ended. */
const isWrongPassword = (error: unknown) => isEnxameError(error) && error.code === 'not_signed_in';

export function SignIn({ next }: { next: string }) {
  const t = useTranslations('signIn');
  const account = useTranslations('account');
  const router = useRouter();
  const me = useMe().data;
  const go = safePath(next);
  useEffect(() => {
    if (me?.firstRun) router.replace('/setup');
    else if (me?.account != null) router.replace(go);
  }, [me, router, go]);
  const form = useSubmit(
    (field) => gateway.signIn({ email: field('email'), password: field('password') }),
    () => router.replace(go),
  );
  return (
    <>
      <h1 className="mb-6 text-3xl font-bold tracking-tight">{t('title')}</h1>
      <form onSubmit={form.onSubmit} className="grid gap-5">
        {form.error !== null && (
          <ErrorNote error={form.error} text={isWrongPassword(form.error) ? t('wrong') : undefined} />
        )}
        <Field label={account('email')} name="email" type="email" required autoComplete="username" />
        <Field label={account('password')} name="password" type="password" required autoComplete="current-password" />
        <Button type="submit" look="honey" disabled={form.pending} className="min-h-11">
          {t('submit')}
        </Button>
      </form>
      <p className="mt-6 min-h-5 text-sm text-soft">
        {me !== undefined && me.signup !== 'closed' && (
          <>
            {t('noAccount')}{' '}
            <Link href="/sign-up" className="font-medium text-accent underline underline-offset-2">
              {me.signup === 'invite' ? t('useInvite') : t('signUp')}
            </Link>
          </>
        )}
        {me?.signup === 'closed' && t('closed')}
      </p>
    </>
  );
}
