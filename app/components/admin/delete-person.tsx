'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { Person } from '@/lib/contracts/api/admin';
import { gateway } from '../ask';
import { useErrorText } from '../errors';
import { keys } from '../queries';
import { Button } from '../ui/button';
import { Confirm } from '../ui/confirm';
import { toast } from '../ui/toast';

/** Deletes somebody's account with all that belongs to it, once it was asked whether that is meant. */
export function DeletePerson({ person }: { person: Person }) {
  const t = useTranslations('people');
  const client = useQueryClient();
  const errorText = useErrorText();
  const [asking, setAsking] = useState(false);
  const remove = useMutation({
    mutationFn: () => gateway.deletePerson(person.id),
    onError: (error) => toast.error(errorText(error)),
    onSettled: () => {
      setAsking(false);
      return client.invalidateQueries({ queryKey: keys.people });
    },
  });
  return (
    <>
      <Button look="danger" aria-label={`${t('delete')}: ${person.name}`} onClick={() => setAsking(true)}>
        {t('delete')}
      </Button>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={t('deleteTitle', { name: person.name })}
        description={t('deleteText')}
        cancel={t('cancel')}
      >
        <Button look="danger" disabled={remove.isPending} onClick={() => remove.mutate()}>
          {t('delete')}
        </Button>
      </Confirm>
    </>
  );
}
