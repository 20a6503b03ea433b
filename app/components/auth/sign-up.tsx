'use client';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { gateway } from '../ask';
import { useMe } from '../queries';
import { Field } from '../ui/field';
import { NewAccountForm } from './new-account';
import { useSubmit } from './use-submit';

export function SignUp({ invite }: { invite: string }) {
  const t = useTranslations('signUp');
  const router = useRouter();
  const signup = useMe().data?.signup;
  const form = useSubmit(
    (field) =>
      gateway.signUp({
        name: field('name'),
        email: field('email'),
        password: field('password'),
        ...(field('invite') === '' ? {} : { invite: field('invite').trim() }),
      }),
    () => router.replace('/'),
  );
  return (
    <>
      <h1 className="mb-2 text-3xl font-bold tracking-tight">{t('title')}</h1>
      <p className="mb-6 text-sm text-soft">{signup === 'closed' ? t('closed') : t('text')}</p>
      {signup !== 'closed' && (
        <NewAccountForm form={form} submit={t('submit')}>
          {(signup === 'invite' || invite !== '') && (
            <Field
              label={t('invite')}
              name="invite"
              required
              defaultValue={invite}
              autoComplete="off"
              hint={t('inviteHint')}
              error={form.issues.invite}
            />
          )}
        </NewAccountForm>
      )}
      <p className="mt-6 text-sm text-soft">
        {t('haveAccount')}{' '}
        <Link href="/sign-in" className="font-medium text-accent underline underline-offset-2">
          {t('signIn')}
        </Link>
      </p>
    </>
  );
}
