'use client';
import { useTranslations } from 'next-intl';
import { MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS } from '@/lib/contracts/choices';
import { Field } from '../ui/field';

/** A password that is being chosen. @param name of the field @param error what the server said of it */
export function NewPasswordField({ name, label, error }: { name: string; label: string; error: string | undefined }) {
  const t = useTranslations('account');
  return (
    <Field
      label={label}
      name={name}
      type="password"
      required
      minLength={MIN_PASSWORD_CHARS}
      maxLength={MAX_PASSWORD_CHARS}
      autoComplete="new-password"
      hint={t('passwordHint', { count: MIN_PASSWORD_CHARS })}
      error={error}
    />
  );
}
