'use client';
import { useMutation } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { Person } from '@/lib/contracts/api/admin';
import { gateway } from '../ask';
import { copyText } from '../clipboard';
import { useErrorText } from '../errors';
import { useDates } from '../format';
import { Button } from '../ui/button';
import { Confirm } from '../ui/confirm';
import { Modal } from '../ui/modal';
import { toast } from '../ui/toast';

/** A link that the administrator passes on: it counts once. */
export function OneTimeLink({
  title,
  text,
  address,
  onClose,
}: {
  title: string;
  text: string;
  address: string;
  onClose: () => void;
}) {
  const t = useTranslations('people');
  return (
    <Modal open onClose={onClose} title={title} description={text}>
      <output className="block rounded-lg border bg-sunken p-3 font-mono text-xs break-all select-all">
        {address}
      </output>
      <Button
        look="honey"
        className="mt-4"
        onClick={() => void copyText(address).then((copied) => copied && toast.success(t('copied')))}
      >
        {t('copy')}
      </Button>
    </Modal>
  );
}

/** Lets somebody who has forgotten their password choose a new one. Asked first: an earlier link counts no longer. */
export function ResetLink({ person }: { person: Person }) {
  const t = useTranslations('people');
  const dates = useDates();
  const errorText = useErrorText();
  const [asking, setAsking] = useState(false);
  const make = useMutation({
    mutationFn: () => gateway.resetLink(person.id),
    onError: (error) => toast.error(errorText(error)),
    onSettled: () => setAsking(false),
  });
  return (
    <>
      <Button aria-label={`${t('reset')}: ${person.name}`} onClick={() => setAsking(true)}>
        <KeyRound className="size-4" aria-hidden="true" />
        {t('reset')}
      </Button>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={t('resetTitle', { name: person.name })}
        description={t('resetText')}
        cancel={t('cancel')}
      >
        <Button look="honey" disabled={make.isPending} onClick={() => make.mutate()}>
          {t('resetMake')}
        </Button>
      </Confirm>
      {make.data !== undefined && (
        <OneTimeLink
          title={t('resetLink')}
          text={t('resetLinkText', { name: person.name, until: dates.moment(make.data.expiresAt) })}
          address={`${location.origin}/reset-password#${make.data.code}`}
          onClose={make.reset}
        />
      )}
    </>
  );
}
