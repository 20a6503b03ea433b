'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Ticket, UserPlus } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { Person } from '@/lib/contracts/api/admin';
import { gateway } from '../ask';
import { NewAccountForm } from '../auth/new-account';
import { useErrorText } from '../errors';
import { useDates } from '../format';
import { fieldIssues } from '../gateway';
import { keys, useMe, usePeople } from '../queries';
import { Button } from '../ui/button';
import { Heading } from '../ui/heading';
import { Modal } from '../ui/modal';
import { Pending, Skeleton } from '../ui/states';
import { toast } from '../ui/toast';
import { DeletePerson } from './delete-person';
import { OneTimeLink, ResetLink } from './one-time-link';

export function People() {
  const t = useTranslations('people');
  const query = usePeople();
  const { data } = query;
  const signup = useMe().data?.signup;
  const [adding, setAdding] = useState(false);
  return (
    <>
      <Heading title={t('title')}>
        {signup === 'invite' && <Invite />}
        <Button look="honey" onClick={() => setAdding(true)}>
          <UserPlus className="size-4" aria-hidden="true" />
          {t('add')}
        </Button>
      </Heading>
      <p className="-mt-3 mb-6 min-h-5 text-sm text-soft">{signup === undefined ? '' : t(`signup.${signup}`)}</p>
      <Pending query={query}>
        <Skeleton className="h-48 rounded-xl" />
      </Pending>
      <ul className="grid gap-3">
        {data?.people.map((person) => (
          <li key={person.id}>
            <PersonRow person={person} />
          </li>
        ))}
      </ul>
      <AddPerson open={adding} onClose={() => setAdding(false)} />
    </>
  );
}

function PersonRow({ person }: { person: Person }) {
  const t = useTranslations('people');
  const dates = useDates();
  const client = useQueryClient();
  const errorText = useErrorText();
  const isMe = useMe().data?.account?.id === person.id;
  const change = useMutation({
    mutationFn: (body: { disabled?: boolean; role?: Person['role'] }) => gateway.changePerson(person.id, body),
    onSettled: () => client.invalidateQueries({ queryKey: keys.people }),
    onError: (error) => toast.error(errorText(error)),
  });
  const otherRole = person.role === 'admin' ? 'listener' : 'admin';
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-3 rounded-xl border bg-surface p-4">
      <div className="min-w-48 flex-1">
        <p className="flex flex-wrap items-center gap-2 text-sm font-semibold">
          {person.name}
          <span className="rounded border border-line-strong/60 px-1.5 text-[0.6875rem] font-medium text-soft">
            {t(`role.${person.role}`)}
          </span>
          {person.disabled && (
            <span className="rounded border border-danger/50 px-1.5 text-[0.6875rem] font-medium text-danger">
              {t('disabled')}
            </span>
          )}
        </p>
        <p className="mt-0.5 text-xs break-all text-soft">
          {person.email} · {t('since', { date: dates.date(person.createdAt) })}
        </p>
      </div>
      {isMe ? (
        <p className="text-sm text-soft">{t('you')}</p>
      ) : (
        <div className="flex flex-wrap gap-2">
          <ResetLink person={person} />
          <Button
            disabled={change.isPending}
            aria-label={`${t(`make.${otherRole}`)}: ${person.name}`}
            onClick={() => change.mutate({ role: otherRole })}
          >
            {t(`make.${otherRole}`)}
          </Button>
          <Button
            look={person.disabled ? 'plain' : 'danger'}
            disabled={change.isPending}
            aria-label={`${person.disabled ? t('enable') : t('disable')}: ${person.name}`}
            onClick={() => change.mutate({ disabled: !person.disabled })}
          >
            {person.disabled ? t('enable') : t('disable')}
          </Button>
          <DeletePerson person={person} />
        </div>
      )}
    </div>
  );
}

function AddPerson({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useTranslations('people');
  const client = useQueryClient();
  const add = useMutation({
    mutationFn: (data: FormData) => {
      const field = (name: string) => String(data.get(name) ?? '');
      return gateway.addPerson({
        name: field('name'),
        email: field('email'),
        password: field('password'),
        role: data.get('admin') === null ? 'listener' : 'admin',
      });
    },
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: keys.people });
      onClose();
    },
  });
  const form = {
    pending: add.isPending,
    error: add.error,
    issues: fieldIssues(add.error),
    onSubmit: (event: React.FormEvent<HTMLFormElement>) => {
      event.preventDefault();
      add.mutate(new FormData(event.currentTarget));
    },
  };
  return (
    <Modal open={open} onClose={onClose} title={t('add')} description={t('addText')}>
      <NewAccountForm form={form} submit={t('addSubmit')}>
        <label className="flex items-center gap-3 text-sm">
          <input type="checkbox" name="admin" className="size-4.5 accent-(--accent)" />
          {t('asAdmin')}
        </label>
      </NewAccountForm>
    </Modal>
  );
}

function Invite() {
  const t = useTranslations('people');
  const dates = useDates();
  const errorText = useErrorText();
  const make = useMutation({ mutationFn: gateway.invite, onError: (error) => toast.error(errorText(error)) });
  const address =
    make.data === undefined ? '' : `${location.origin}/sign-up?invite=${encodeURIComponent(make.data.code)}`;
  return (
    <>
      <Button disabled={make.isPending} onClick={() => make.mutate()}>
        <Ticket className="size-4" aria-hidden="true" />
        {t('invite')}
      </Button>
      {make.data !== undefined && (
        <OneTimeLink
          title={t('inviteLink')}
          text={t('inviteText', { until: dates.moment(make.data.expiresAt) })}
          address={address}
          onClose={make.reset}
        />
      )}
    </>
  );
}
