'use client';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { Button } from '../ui/button';
import { Field } from '../ui/field';
import { ErrorNote } from '../ui/states';
import { NewPasswordField } from './new-password-field';
import type { useSubmit } from './use-submit';

/** Name, e-mail and password of an account that is being made. */
export function NewAccountForm({
  form,
  submit,
  children,
}: {
  form: ReturnType<typeof useSubmit>;
  submit: string;
  children?: ReactNode;
}) {
  const t = useTranslations('account');
  const complained = Object.keys(form.issues).length > 0;
  return (
    <form onSubmit={form.onSubmit} className="grid gap-5">
      {form.error !== null && !complained && <ErrorNote error={form.error} />}
      <Field label={t('name')} name="name" required maxLength={100} autoComplete="name" error={form.issues.name} />
      <Field
        label={t('email')}
        name="email"
        type="email"
        required
        maxLength={254}
        autoComplete="username"
        error={form.issues.email}
      />
      <NewPasswordField name="password" label={t('password')} error={form.issues.password} />
      {children}
      <Button type="submit" look="honey" disabled={form.pending} className="min-h-11">
        {submit}
      </Button>
    </form>
  );
}
