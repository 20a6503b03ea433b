'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { Person } from '@/lib/contracts/api/admin';
import { gateway } from '../ask';
import { useErrorText } from '../errors';
import { keys } from '../queries';
import { Button } from '../ui/button';
import { Modal } from '../ui/modal';
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
      <Modal
        open={asking}
        onClose={() => setAsking(false)}
        title={t('deleteTitle', { name: person.name })}
        description={t('deleteText')}
      >
        <div className="flex flex-wrap justify-end gap-2">
          <Button look="quiet" onClick={() => setAsking(false)}>
            {t('cancel')}
          </Button>
          <Button look="danger" disabled={remove.isPending} onClick={() => remove.mutate()}>
            {t('delete')}
          </Button>
        </div>
      </Modal>
    </>
  );
}
