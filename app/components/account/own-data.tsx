'use client';
import { useMutation } from '@tanstack/react-query';
import { Download, Trash2 } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { isEnxameError } from '@/lib/contracts/enxame-error';
import { gateway } from '../ask';
import { useListening } from '../listening/context';
import { Button, buttonClass } from '../ui/button';
import { Modal } from '../ui/modal';
import { ErrorNote } from '../ui/states';
import { CurrentPassword } from './own-forms';

/** All that the server has of an account, to take along. */
export function ExportLink() {
  const t = useTranslations('ownAccount.export');
  return (
    <a href="/api/me/export" download className={buttonClass()}>
      <Download className="size-4" aria-hidden="true" />
      {t('submit')}
    </a>
  );
}

/** Deletes the account, once its owner has said so with the password. */
export function DeleteAccount() {
  const t = useTranslations('ownAccount.delete');
  const common = useTranslations('apps');
  const { player, swarm } = useListening();
  const [asking, setAsking] = useState(false);
  const remove = useMutation({
    mutationFn: (currentPassword: string) => gateway.deleteMe(currentPassword),
    onSuccess: async () => {
      player?.close();
      await swarm?.close();
      // A page of its own: nothing of this listener stays in memory.
      location.assign('/sign-in');
    },
  });
  const isWrong = isEnxameError(remove.error) && remove.error.code === 'wrong_password';
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    remove.mutate(String(new FormData(event.currentTarget).get('currentPassword') ?? ''));
  };
  const close = () => {
    setAsking(false);
    remove.reset();
  };
  return (
    <>
      <Button look="danger" onClick={() => setAsking(true)}>
        <Trash2 className="size-4" aria-hidden="true" />
        {t('submit')}
      </Button>
      <Modal open={asking} onClose={close} title={t('sure')} description={t('sureText')}>
        <form onSubmit={submit} className="grid gap-4">
          {remove.error !== null && !isWrong && <ErrorNote error={remove.error} />}
          <CurrentPassword isWrong={isWrong} />
          <div className="flex flex-wrap justify-end gap-2">
            <Button look="quiet" onClick={close}>
              {common('keep')}
            </Button>
            <Button type="submit" look="danger" disabled={remove.isPending}>
              {t('submit')}
            </Button>
          </div>
        </form>
      </Modal>
    </>
  );
}
