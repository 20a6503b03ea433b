'use client';
import { useMutation } from '@tanstack/react-query';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { type FormEvent, useEffect, useState } from 'react';
import { gateway } from '../ask';
import { fieldIssues } from '../gateway';
import { Button, buttonClass } from '../ui/button';
import { ErrorNote } from '../ui/states';
import { NewPasswordField } from './new-password-field';

/** Where an administrator's reset link leads. The code stands behind the `#`, which browsers send to nobody. */
export function ResetPassword() {
  const t = useTranslations('resetPassword');
  const [code, setCode] = useState('');
  useEffect(() => setCode(location.hash.slice(1)), []);
  const reset = useMutation({ mutationFn: gateway.resetPassword });
  const issues = fieldIssues(reset.error);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    reset.mutate({ code, newPassword: String(new FormData(event.currentTarget).get('newPassword') ?? '') });
  };
  if (reset.isSuccess) {
    return (
      <>
        <h1 className="mb-2 text-3xl font-bold tracking-tight">{t('doneTitle')}</h1>
        <p role="status" className="mb-6 text-sm text-soft">
          {t('doneText')}
        </p>
        <Link href="/sign-in" className={buttonClass('honey')}>
          {t('signIn')}
        </Link>
      </>
    );
  }
  return (
    <>
      <h1 className="mb-2 text-3xl font-bold tracking-tight">{t('title')}</h1>
      <p className="mb-6 text-sm text-soft">{t('text')}</p>
      <form onSubmit={submit} className="grid gap-5">
        {reset.error !== null && issues.newPassword === undefined && (
          <ErrorNote error={reset.error} text={issues.code !== undefined ? t('noCode') : undefined} />
        )}
        <NewPasswordField name="newPassword" label={t('newPassword')} error={issues.newPassword} />
        <Button type="submit" look="honey" disabled={reset.isPending} className="min-h-11">
          {t('submit')}
        </Button>
      </form>
    </>
  );
}
