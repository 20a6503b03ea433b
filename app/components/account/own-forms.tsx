'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import type { FormEvent, ReactNode } from 'react';
import { MAX_PASSWORD_CHARS } from '@/lib/contracts/choices';
import { isEnxameError } from '@/lib/contracts/enxame-error';
import { fieldIssues, gateway } from '../ask';
import { NewPasswordField } from '../auth/new-password-field';
import { keys } from '../queries';
import { Button } from '../ui/button';
import { Field } from '../ui/field';
import { ErrorNote } from '../ui/states';
import { toast } from '../ui/toast';

/** A form of one change: sends its fields, asks anew who is here, says that it is done and empties itself. */
function useChange(send: (data: FormData) => Promise<unknown>, done: string) {
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: ({ data }: { data: FormData; form: HTMLFormElement }) => send(data),
    onSuccess: async (_, { form }) => {
      toast.success(done);
      form.reset();
      await Promise.all([keys.me, keys.sessions].map((queryKey) => client.invalidateQueries({ queryKey })));
    },
  });
  const issues = fieldIssues(change.error);
  const isWrongPassword = isEnxameError(change.error) && change.error.code === 'wrong_password';
  return {
    pending: change.isPending,
    issues,
    isWrongPassword,
    /** What no field is to blame for. */
    error: Object.keys(issues).length > 0 || isWrongPassword ? null : change.error,
    onSubmit: (event: FormEvent<HTMLFormElement>) => {
      event.preventDefault();
      change.mutate({ data: new FormData(event.currentTarget), form: event.currentTarget });
    },
  };
}

const text = (data: FormData, name: string) => String(data.get(name) ?? '');

function Form({ form, submit, children }: { form: ReturnType<typeof useChange>; submit: string; children: ReactNode }) {
  return (
    <form onSubmit={form.onSubmit} className="grid max-w-lg gap-4">
      {form.error !== null && <ErrorNote error={form.error} />}
      {children}
      <div>
        <Button type="submit" disabled={form.pending}>
          {submit}
        </Button>
      </div>
    </form>
  );
}

/** What shows that it is still the owner who sits here. */
export function CurrentPassword({ isWrong }: { isWrong: boolean }) {
  const t = useTranslations('ownAccount');
  return (
    <Field
      label={t('currentPassword')}
      name="currentPassword"
      type="password"
      required
      maxLength={MAX_PASSWORD_CHARS}
      autoComplete="current-password"
      error={isWrong ? t('wrongPassword') : undefined}
    />
  );
}

export function NameForm({ name }: { name: string }) {
  const t = useTranslations('ownAccount');
  const account = useTranslations('account');
  const form = useChange((data) => gateway.setName(text(data, 'name')), t('name.done'));
  return (
    <Form form={form} submit={t('name.submit')}>
      <Field
        label={account('name')}
        name="name"
        required
        maxLength={100}
        autoComplete="name"
        defaultValue={name}
        error={form.issues.name}
      />
    </Form>
  );
}

export function EmailForm({ email }: { email: string }) {
  const t = useTranslations('ownAccount');
  const account = useTranslations('account');
  const form = useChange(
    (data) => gateway.changeEmail({ email: text(data, 'email'), currentPassword: text(data, 'currentPassword') }),
    t('email.done'),
  );
  return (
    <Form form={form} submit={t('email.submit')}>
      <Field
        label={account('email')}
        name="email"
        type="email"
        required
        maxLength={254}
        autoComplete="username"
        defaultValue={email}
        error={form.issues.email}
      />
      <CurrentPassword isWrong={form.isWrongPassword} />
    </Form>
  );
}

/** @param email tells password managers whose password it is */
export function PasswordForm({ email }: { email: string }) {
  const t = useTranslations('ownAccount');
  const form = useChange(
    (data) =>
      gateway.changePassword({
        currentPassword: text(data, 'currentPassword'),
        newPassword: text(data, 'newPassword'),
        signOutOthers: data.get('signOutOthers') !== null,
      }),
    t('password.done'),
  );
  return (
    <Form form={form} submit={t('password.submit')}>
      <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
      <CurrentPassword isWrong={form.isWrongPassword} />
      <NewPasswordField name="newPassword" label={t('password.new')} error={form.issues.newPassword} />
      <Tick name="signOutOthers" defaultChecked>
        {t('password.signOutOthers')}
      </Tick>
    </Form>
  );
}

/** A box to tick. */
export function Tick({
  name,
  defaultChecked = false,
  children,
}: {
  name: string;
  defaultChecked?: boolean;
  children: ReactNode;
}) {
  return (
    <label className="flex items-start gap-3 text-sm">
      <input
        type="checkbox"
        name={name}
        defaultChecked={defaultChecked}
        className="mt-0.5 size-4.5 shrink-0 accent-(--accent)"
      />
      <span>{children}</span>
    </label>
  );
}
